"""The script that a careful engineer would write in an afternoon instead of Satu: it cleans a JobStreet export by the same rules, finds
who stands in it twice, and keeps all of it in one SQLite table.

usage: baseline.py FILE DATABASE [--shortcut]     (pandas, openpyxl, phonenumbers)

Every number is parsed by phonenumbers. With --shortcut a plain Indonesian mobile is recognised by its digits alone, as Satu does.
"""

import csv
import datetime
import difflib
import functools
import itertools
import json
import re
import sqlite3
import sys
import unicodedata

import pandas as pd
import phonenumbers

SHORTCUT = "--shortcut" in sys.argv

ALIASES = {
    "full_name": "fullname candidatename applicantname name namalengkap namakandidat namapelamar nama",
    "phone": "mobile mobilenumber mobilephone phone phonenumber contactnumber telephone nomortelepon nomorponsel nohp nomorhandphone",
    "email": "email emailaddress alamatemail",
    "birth_date": "dateofbirth birthdate tanggallahir",
    "location": "homelocation candidatelocation currentlocation location lokasi domisili profilehomelocation",
    "position": "positionapplied positionappliedfor appliedposition jobapplied jobtitle position posisiyangdilamar posisi",
    "applied_at": "dateapplied applieddate applicationdate appliedon applieddateutc dateappliedutc tanggalmelamar tanggallamaran",
    "education": "highesteducation education highestqualification educationlevel pendidikanterakhir pendidikan profileeducation",
    "experience": "yearsofexperience workexperience experience totalexperience pengalamankerja pengalaman",
    "expected_salary": "expectedsalary expectedmonthlysalary gajibulananyangdiinginkan salaryexpectation ekspektasigaji gajiyangdiharapkan",
    "resume_url": "resume resumelink resumeurl cv cvlink linkcv linkresume",
    "source_ref": "applicationid candidateid applicantid idlamaran idkandidat",
    "portal_status": "status applicationstatus statusfolder statusfoldername statuslamaran",
}
FIELD_OF = {alias: field for field, aliases in ALIASES.items() for alias in aliases.split()}
PLAIN = {"location", "position", "education", "experience", "portal_status", "source_ref"}
COLUMNS = [
    "row_no", "outcome", "reason", "target_row", "full_name", "phone", "email", "birth_date", "location", "position", "applied_at", "education",
    "experience", "expected_salary", "expected_salary_max", "resume_url", "source_ref", "portal_status", "content",
]

PLACEHOLDERS = {
    "n/a", "#n/a", "na", "n.a", "n.a.", "nil", "null", "none", "nan", "undefined", "unknown", "empty", "not available", "not specified",
    "not provided", "no data", "no phone", "no email", "tidak ada", "tdk ada", "tak ada", "gak ada", "ga ada", "tidak punya", "tidak tersedia",
    "tidak diisi", "tidak diketahui", "belum ada", "belum diisi", "kosong", "nihil", "(kosong)", "(blank)", "#ref!", "#value!", "#name?", "tba",
}
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f]")
MASK = re.compile("[*•●∗＊█⁎]")
QUOTES = "'\"`´‘’“”＇"


def tidy(cell):
    """One space where there were several, no line breaks, nothing invisible."""
    if not cell.isprintable():
        cell = INVISIBLE.sub("", cell)
    return " ".join(cell.split())


def is_placeholder(text):
    return len(text) <= 24 and (text.lower() in PLACEHOLDERS or not any(map(str.isalnum, text)))


# Phones: clean, then parse, then require a mobile.

PLAIN_NUMBER = re.compile(r"\+?[0-9 -]+")
SCIENTIFIC = re.compile(r"\+?\d+(?:[.,]\d*)?[eE][+-]?\d{1,3}")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.00?)?")
JOINED = re.compile(r" atau | dan | or | and | / ", re.IGNORECASE)
MARKS = re.compile(r"[/&|,;\n\r／＆，；、](?![^()]*\))|(?<=\d)\s*(?=\+)")
WORD = re.compile(r"[^\W\d_]+")
LINK = re.compile(r"(?:wa\.me/|phone=)(\+?\d+)")
LABELS = set(
    "wa hp whatsapp whatapp tel telp tlp tlpn telpon telepon telephone phone mobile handphone ponsel seluler nomor nomer sms cell number kontak "
    "contact no".split()
)
SPOKEN = set(
    "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan sepuluh zero one two three four five six seven eight nine".split()
)
ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0x1B50, 0x1BB0, 0xA9D0, 0xFF10)
DIGITS = {zero + value: str(value) for zero in ZEROS for value in range(10)}
PUNCTUATION = str.maketrans("‐‑‒–—―−－＋（）．·：", "--------+()..:")
MOBILE = re.compile(r"8[1-35-9][0-9]{7,10}")
# What may stand before a mobile, what that means, and the fewest national digits for which it is unambiguous.
PREFIXES = {
    "": ([], 9), "0": ([], 9), "62": ([], 9), "620": (["trunk_zero"], 9), "0062": (["country_code"], 9),
    "00620": (["country_code", "trunk_zero"], 9), "062": (["country_code"], 10), "0620": (["country_code", "trunk_zero"], 9),
    "6262": (["country_code"], 10), "62620": (["country_code", "trunk_zero"], 9), "62062": (["country_code"], 10),
    "620062": (["country_code"], 9), "006262": (["country_code"], 10),
}


class Unreadable(Exception):
    """A value that is absent, with the problem's code."""


def digit_count(text):
    return sum(map(str.isdecimal, text))


def phone_parts(cell):
    """The parts of a cell that hold one number each."""
    if PLAIN_NUMBER.fullmatch(cell):
        words = cell.split()
        return words if len(words) > 1 and all(digit_count(word) >= 9 for word in words) else [cell]
    if is_placeholder(cell) or GROUPED.fullmatch(cell) or LINK.search(cell):
        return [cell]
    parts = []
    for piece in JOINED.split(cell):
        marked = [part.strip() for part in MARKS.split(piece)]
        if "/" not in piece and any(0 < digit_count(part) < 7 for part in marked):
            marked = [piece.strip()]
        for part in marked:
            words = [word for word in part.split() if digit_count(word)]
            parts.extend(words if len(words) > 1 and all(digit_count(word) >= 9 for word in words) else [part])
    return [part for part in parts if digit_count(part) or MASK.search(part)] or [cell]


def without_notes(text, repairs):
    """Takes `(WA)`, `HP:`, `suami` off; letters among or at the digits make the number unreadable."""
    words = list(WORD.finditer(text))
    if not words:
        return text
    for found in words:
        word, before, after = found[0].lower(), text[: found.start()], text[found.end() :]
        touching = before[-1:].isdigit() or after[:1].isdigit()
        inside = digit_count(before) and digit_count(after)
        note = word not in SPOKEN and len(word) > 2 and not touching and not set(word) <= set("oilsbzqgd")
        if inside or not ((word in LABELS and not (touching and word == "no")) or note):
            raise Unreadable("phone_letters")
    repairs.append("note")
    return re.sub(r"^[^\d+()]+|[^\d+()]+$", "", WORD.sub("", text)).replace("()", " ").replace(":", " ")


def without_float_tail(text, repairs):
    text = re.sub(r"\D+$", "", text)
    found = re.fullmatch(r"(\+?)([\d.,]*)([.,])(00?)", text)
    if not found:
        return text
    body = found[2]
    thousands = "," if found[3] == "." else "."
    grouped = all(len(group) == 3 for group in body.split(thousands)[1:]) and body.replace(thousands, "").isdigit()
    if not grouped or (body.startswith("0") and found[3] + found[4] != ".0"):
        raise Unreadable("phone_invalid")
    repairs.append("float_tail")
    return found[1] + body


def clean_phone(part, repairs):
    """The digits of one number, and whether a `+` stood before them."""
    if PLAIN_NUMBER.fullmatch(part):
        text = part.replace(" ", "").replace("-", "")
    else:
        if MASK.search(part) or re.fullmatch(r"[^a-wyzA-WYZ]*[xX][^a-wyzA-WYZ]*[xX][^a-wyzA-WYZ]*", part):
            raise Unreadable("masked")
        if "##" in part:
            raise Unreadable("digits_lost")
        if is_placeholder(part):
            raise Unreadable("placeholder")
        text = part
        if not text.isprintable():
            text = " ".join(INVISIBLE.sub("", text).split())
            repairs.append("whitespace")
        if not text.isascii():
            plain = text.translate(DIGITS)
            if plain != text:
                repairs.append("digits")
            text = plain.translate(PUNCTUATION)
        link = LINK.search(text)
        if link:
            text = link[1]
            repairs.append("note")
        bare = text.removeprefix("=").strip(QUOTES) if text[:1] in QUOTES + "=" else text.rstrip(QUOTES)
        if bare != text:
            repairs.append("apostrophe")
        text = bare.strip(" ,;:").rstrip(".")
        if SCIENTIFIC.fullmatch(text):
            raise Unreadable("digits_lost")
        text = without_float_tail(without_notes(text, repairs), repairs)
        if GROUPED.fullmatch(text):
            text = text.replace(",", "")
        text = re.sub(r"[ .()\[\]_-]", "", text)
        doubled = re.fullmatch(r"(?:0|00|62|0062)\+(\d+)", text)
        if doubled:
            text = "+" + doubled[1]
            repairs.append("country_code")
    international = text.startswith("+")
    digits = text[1:] if international else text
    if digits == "62":
        raise Unreadable("masked")
    if not digits.strip("0"):
        raise Unreadable("placeholder")
    if not digits.isdigit():
        raise Unreadable("phone_invalid")
    return digits, international


def parsed(text, region):
    """What phonenumbers says: E.164, whether Indonesian, whether it may be a mobile."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kind = phonenumbers.number_type(number)
    mobile = kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.country_code == 62, mobile


def dial(digits, international, repairs):
    """E.164, and why it may not key a person."""
    at = digits.find("8")
    known = PREFIXES.get(digits[:at]) if at >= 0 else None
    if known and not (international and at == 0):
        national = digits[at:]
        if MOBILE.fullmatch(national) and len(national) >= known[1]:
            disputed = national.startswith("895") and len(national) > 11
            found = ("+62" + national, True, True) if SHORTCUT else parsed("+62" + national, None)
            if disputed or (found and found[2]):
                repairs.extend(["country_code"] if international and digits[0] == "0" else known[0])
                return "+62" + national, "phone_disputed" if disputed else None
    if international or digits.startswith("00"):
        rest = digits if international else digits[2:]
        found = None if not international and MOBILE.fullmatch(rest) else parsed("+" + rest, None)
        if not found:
            raise Unreadable("phone_invalid")
        return found[0], None if found[2] and not found[1] else "phone_not_mobile"
    if len(digits) > 5 and re.match(r"(?:62|0)?8[1-35-9]", digits):
        raise Unreadable("phone_invalid")
    found = parsed(digits, "ID")
    if found and found[1] and not found[2] and (digits.startswith(("0", "62")) or len(digits) > 8):
        return found[0], "phone_not_mobile"
    if 3 <= len(digits) <= 8 and digits[0] != "0":
        return digits, "phone_not_mobile"
    raise Unreadable("phone_invalid")


def read_phones(cell):
    """[raw, value, usable, repairs, problem] of each number, each once."""
    readings = []
    for part in phone_parts(cell.strip()):
        repairs = []
        try:
            value, problem = dial(*clean_phone(part, repairs), repairs)
            reading = [part, value, problem is None, repairs, problem]
        except Unreadable as absent:
            reading = [part, None, False, [], str(absent)]
        if reading[1] is None or all(reading[1] != other[1] for other in readings):
            readings.append(reading)
    return readings


# Emails.

ADDRESS = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,189}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)
RELAY = ("indeedemail.com", "reply.indeed.com", "reply.linkedin.com", "reply.jobstreet.com")
EMPTY_ADDRESSES = set(
    "test@test.com tes@tes.com test@gmail.com email@email.com mail@mail.com email@gmail.com no@email.com noemail@gmail.com none@none.com no@no.com "
    "na@na.com a@a.com tidak@ada.com tidakada@gmail.com xxx@xxx.com abc@abc.com".split()
)
PROVIDERS = (
    "gmail.com yahoo.com yahoo.co.id ymail.com hotmail.com outlook.com outlook.co.id icloud.com rocketmail.com live.com googlemail.com protonmail.com"
).split()
REAL = set(PROVIDERS) | set("mail.com email.com gmx.com love.com life.com line.com".split())
MEANT_COM = re.compile(r"\.(?:con|cmo|ocm|vom|xom|comm|coom|cpm|clm|c0m)$")


def one_slip(a, b):
    """One letter too many, too few, wrong, or two swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    head = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b))))
    a, b = a[head:], b[head:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    return (len(a) < 2 and len(b) < 2) or (len(a) == 2 and a == b[::-1])


@functools.lru_cache(10_000)
def meant_domain(domain):
    """What a domain perhaps should be; few domains, many addresses."""
    if domain in REAL:
        return None
    meant = MEANT_COM.sub(".com", domain)
    return next((provider for provider in PROVIDERS if one_slip(meant, provider)), meant if meant != domain else None)


def cleaned_email(raw, repairs):
    """The address without what surrounds it."""
    text = raw.replace("＠", "@")
    if not text.isprintable():
        text = INVISIBLE.sub("", text)
        repairs.append("whitespace")
    text = text.strip()
    if text[:1] in QUOTES and "<" not in text:
        text = text[1:]
        repairs.append("apostrophe")
    named = re.search(r"<([^>]*)>?", text)
    address = (named[1] if named else text).lower().strip()
    address = re.sub(r"^(?:mailto|e-?mail ?|surel):\s*", "", address).split("?subject=")[0]
    address = address.strip(".,;:()[]<> \t\n" + QUOTES)
    if len(address) < len(text):
        repairs.append("address")
    if " " in address:
        address = re.sub(r"\s*@\s*", "@", address)
        repairs.append("whitespace")
    return address


def email_parts(cell):
    if cell.count("@") + cell.count("＠") < 2:
        return [cell]
    if "<" in cell:
        return [part.strip(" ;,|\n\r\t") for part in re.findall(r"[^>]+>?", cell) if part.strip(" ;,|\n\r\t")]
    return [word for piece in re.split(r"[;,|/\s；，]+", cell) for word in [piece.strip()] if "@" in word]


def read_email(raw):
    if MASK.search(raw):
        return [raw, None, False, [], "masked", None]
    if is_placeholder(raw):
        return [raw, None, False, [], "placeholder", None]
    repairs = []
    address = raw if raw[0] not in QUOTES and ADDRESS.fullmatch(raw) else cleaned_email(raw, repairs)
    if address in EMPTY_ADDRESSES:
        return [raw, None, False, [], "placeholder", None]
    if not ADDRESS.fullmatch(address):
        local, _, domain = address.rpartition("@")
        typed = re.sub(r"[^a-z0-9]", "", domain)
        near = [p for p in PROVIDERS if local and typed in (p.replace(".", ""), p.split(".")[0])]
        return [raw, None, False, [], "email_invalid", f"{local}@{near[0]}" if near else None]
    local, domain = address.rsplit("@", 1)
    meant = meant_domain(domain)
    suggestion = f"{local}@{meant}" if meant else None
    if any(domain == relay or domain.endswith("." + relay) for relay in RELAY):
        return [raw, address, False, repairs, "email_relay", suggestion]
    return [raw, address, True, repairs, "email_typo" if suggestion else None, suggestion]


def read_emails(cell):
    """[raw, value, usable, repairs, problem, suggestion] of each address, each once."""
    readings = []
    for part in email_parts(cell.strip()):
        reading = read_email(part)
        if reading[1] is None or all(reading[1] != other[1] for other in readings):
            readings.append(reading)
    return readings


# Names.

TITLES = set(
    "h hj haji hajjah kh dr drs dra drg drh ir prof ns ners apt bd bdn bidan suster tn ny nn sdr sdri saudara saudari bpk bapak ibu tuan nyonya nona "
    "mr mrs ms miss mbak ust ustadz ustadzah".split()
)
WRITTEN = (
    "S.Pd. S.Pd.I. S.Pd.AUD. S.Kep. S.K.M. S.Sos. S.Kom. S.I.Kom. S.Psi. S.Si. S.ST. S.ST.Keb. S.Tr.Keb. S.Tr.Kes. S.Tr.Kep. S.Keb. S.Gz. S.Farm. "
    "S.Ked. S.K.G. S.Pt. S.Hum. S.Sn. S.Th.I. A.Md. A.Md.Keb. A.Md.Kep. A.Md.Kes. A.Md.Ak. A.Md.Kom. A.Mkeb. A.M.Kep. A.M.K. M.Pd. M.Kes. M.Kep. M.Keb. "
    "M.K.M. M.Psi. M.Si. M.Sc. M.B.A. Ph.D. B.Sc."
).split()
DEGREES = {degree.replace(".", "").lower(): degree for degree in WRITTEN}
DOUBTFUL = {
    degree.replace(".", "").lower(): degree
    for degree in "S.E. S.H. S.T. S.P. S.S. S.Ag. S.IP. M.M. M.A. M.T. M.H. M.Ag. B.A. Ners Ns. A.Ma.".split()
}
NOBODY = {"n/a", "#n/a", "null", "none", "undefined", "tidak ada", "tanpa nama", "kosong", "no name", "unknown"}
SILENT = re.compile(r"\([^)]*\)|\[[^\]]*\]|['\"`´‘’“”ʼ]")
SEPARATING = re.compile(r"[\W_]")
SMALL = {"bin", "binti", "al", "van", "de", "der"}


def is_title(word):
    return word.rstrip(".,").lower() in TITLES


def degree_before(words, end, shouting):
    """The degree that ends before a word: how many words it takes, how it is written."""
    for length in (3, 2, 1):
        start = end - length
        if start < 1 or any(len(word.rstrip(".")) > 2 for word in words[start : end - 1]):
            continue
        word = "".join(words[start:end])
        if len(word) > 16:
            continue
        letters = "".join(filter(str.isalpha, word)).lower()
        if letters in DEGREES:
            return length, DEGREES[letters]
        sure = "." in word.rstrip(".,") or words[start - 1].endswith(",") or (not shouting and word.isupper())
        if sure and letters in DOUBTFUL:
            return length, DOUBTFUL[letters]
    return None


def name_case(word, inner):
    lower = word.lower()
    if inner and lower in SMALL:
        return lower
    if inner and word in ("II", "III", "IV"):
        return word
    return re.sub(r"[^\W\d_](?:[^\W\d_]|(?<=\w\w)['’`ʼ])*", lambda found: found[0].capitalize(), lower)


def read_name(text):
    """The name as it is shown, and its words without titles, degrees, case and order."""
    if not text.isascii():
        text = MASK.sub("", unicodedata.normalize("NFKC", text))
    words = text.replace("*", "").split()
    while words and not any(map(str.isalnum, words[0])):
        del words[0]
    while words and not any(map(str.isalnum, words[-1])):
        del words[-1]
    if not words:
        return None, ()
    words[0] = words[0].lstrip(",;-_" + QUOTES)
    words[-1] = words[-1].rstrip(",;-_" + QUOTES)
    joined = " ".join(words)
    if joined.lower() in NOBODY or joined in ("nan", "NaN") or not any(map(str.isalpha, joined)):
        return None, ()
    titles = len(list(itertools.takewhile(is_title, words[:-1])))
    end, degrees = len(words), []
    while found := degree_before(words, end, joined.isupper() or joined.islower()):
        if end - found[0] <= titles:
            break
        end -= found[0]
        degrees.insert(0, found[1])
    core = " ".join(words[titles:end])
    if core.isupper() or core.islower():
        joined = " ".join([name_case(word, at > 0) for at, word in enumerate(words[:end])] + degrees)
    folded = core.lower()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    key = [word for word in SEPARATING.sub(" ", SILENT.sub("", folded)).split() if word not in ("bin", "binti", "bt", "bte")]
    return joined, tuple(sorted(key)) or tuple(joined.lower().split())


def names_agree(a, b):
    """The same words; or all of the shorter name's in the longer, a slip of the finger allowed."""
    if a == b:
        return True
    fewer, more = sorted((a, b), key=len)
    whole = set(fewer) & set(more)
    near = [word for word in fewer if word not in whole and difflib.get_close_matches(word, set(more) - whole, 1, 0.9)]
    return bool(whole) and len(whole) + len(near) >= len(set(fewer))


# Dates: numbers are read in the order of their column.

MONTHS = {
    name: month
    for month, names in enumerate(
        [
            "januari january jan", "februari february feb pebruari peb", "maret march mar mrt", "april apr", "mei may", "juni june jun",
            "juli july jul", "agustus august agu agt ags agst agus aug", "september sep sept", "oktober october okt oct",
            "november nopember nov nop", "desember december des dec",
        ],
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
NUMBERS = re.compile(r"(\d{1,2})[/. -]+(\d{1,2})[/. -]+'?(\d{4}|\d\d)(?!\d)(.*)")
NAMED = re.compile(r"(?:[^\W\d_]+,? )?(\d{1,2})(?:st|nd|rd|th)?[/. -]*([^\W\d_]+)[/., -]*'?(\d{4}|\d\d)(?!\d)(.*)")
MONTH_FIRST = re.compile(r"(?:[^\W\d_]+,? )?([^\W\d_]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(.*)")
YEAR_FIRST = re.compile(r"(\d{4})[/. -]?(\d{1,2})[/. -]?(\d{1,2})(?!\d)(.*)")
TIME = re.compile(
    r",?\s*(?:(?:pukul|jam|at|pkl)\s+)?(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?\s*(am|pm)?\s*"
    r"(?:(z|utc|gmt|wib|wita|wit)?([+-]\d{1,2}:?\d{0,2})?)\s*(?:\([^0-9]*\))?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"\d{5}(?:\.\d*)?")
MILLISECONDS = re.compile(r"\d{13}")
ZONES = {"z": 0, "utc": 0, "gmt": 0, "wib": 420, "wita": 480, "wit": 540}
PLACE = re.compile(r"[^\W\d_][^\d,]*,\s*(?=\d)")
WIB = datetime.timezone(datetime.timedelta(hours=7))
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1899, 12, 30)


def column_order(series):
    """`day`, `month` or `undecided`, from all cells of a column."""
    numbers = series.str.extract(r"^\s*(\d{1,2})[/. -]+(\d{1,2})[/. -]+\d{2,4}", expand=True).dropna().astype(int)
    day, month = bool((numbers[0] > 12).any()), bool((numbers[1] > 12).any())
    return "undecided" if day == month else "day" if day else "month"


def date_parts(text, order):
    """Year, month, day, and what follows."""
    if found := NUMBERS.fullmatch(text):
        first, second, year, rest = int(found[1]), int(found[2]), found[3], found[4]
        if order == "day" or (order == "undecided" and first > 12) or first == second:
            return year, second, first, rest
        if order == "month" or second > 12:
            return year, first, second, rest
        raise Unreadable("date_ambiguous")
    if found := NAMED.fullmatch(text):
        return found[3], MONTHS.get(found[2].lower(), 0), int(found[1]), found[4]
    if found := MONTH_FIRST.fullmatch(text):
        return found[3], MONTHS.get(found[1].lower(), 0), int(found[2]), found[4]
    if found := YEAR_FIRST.fullmatch(text):
        return found[1], int(found[2]), int(found[3]), found[4]
    raise Unreadable("date_invalid")


def moment_in(text, order, birth):
    """A date without a time, or a moment with or without its zone; and how it was read."""
    if ISO.fullmatch(text):
        if len(text) == 10:
            return datetime.date.fromisoformat(text), None
        return datetime.datetime.fromisoformat(text), None
    if SERIAL.fullmatch(text):
        moment = EPOCH + datetime.timedelta(seconds=round(float(text) * 86400))
        return (moment.replace(tzinfo=WIB) if moment.time() != datetime.time() else moment.date()), "date_serial"
    if MILLISECONDS.fullmatch(text):
        return datetime.datetime.fromtimestamp(int(text) / 1000, WIB), "date_serial"
    year, month, day, rest = date_parts(PLACE.sub("", text) if PLACE.match(text) else text, order)
    century = 0 if len(year) == 4 else 1900 if birth and int(year) > 15 else 2000
    date = datetime.date(century + int(year), month, day)
    if not rest.strip():
        return date, "date"
    time = TIME.fullmatch(rest)
    if not time:
        raise Unreadable("date_invalid")
    hour, half = int(time[1]), (time[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    zone = None
    if time[5] or time[6]:
        sign = re.fullmatch(r"([+-])(\d{1,2}?):?(\d\d)?", time[6]) if time[6] else None
        shift = (int(sign[2]) * 60 + int(sign[3] or 0)) * (-1 if sign[1] == "-" else 1) if sign else ZONES[time[5].lower()]
        zone = datetime.timezone(datetime.timedelta(minutes=shift))
    return datetime.datetime.combine(date, datetime.time(hour, int(time[2]), int(time[3] or 0)), zone), "date"


def read_date(text, order, birth):
    """ISO text in Jakarta time, and the repairs."""
    try:
        moment, repair = moment_in(text.removeprefix("'"), order, birth)
    except ValueError:
        raise Unreadable("date_invalid") from None
    repairs = [repair] if repair else []
    if isinstance(moment, datetime.datetime):
        if moment.tzinfo is None and moment.hour == moment.minute == moment.second == 0:
            moment = moment.date()
        else:
            zone = moment.tzinfo or UTC  # JobStreet's times without a zone are UTC
            if zone.utcoffset(moment) != WIB.utcoffset(None):
                repairs.append("time_zone")
            moment = moment.replace(tzinfo=zone, microsecond=0).astimezone(WIB)
    if not (1900 <= moment.year <= 2015 if birth else 2000 <= moment.year <= 2099):
        raise Unreadable("date_invalid")
    return (moment.isoformat()[:10] if birth else moment.isoformat()), repairs


# Money.

AMOUNT = re.compile(r"(\d[\d.,]*)\s*(jutaan|juta|jta|jt|million|mio|ribu|rban|rb|k)?(?![^\W\d_])", re.IGNORECASE)
SCALES = {"jutaan": 10**6, "juta": 10**6, "jta": 10**6, "jt": 10**6, "million": 10**6, "mio": 10**6, "ribu": 1000, "rban": 1000, "rb": 1000, "k": 1000}
THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d\d?)?|\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+")
FILLERS = set(
    "rp idr rupiah per bulan bln month monthly mo nett net gross bersih kotor sekitar kurang lebih kisaran range minimal min minimum mulai dari from "
    "around about nego negosiasi negotiable bisa can be dapat umr umk ump sesuai standar gaji atau dan a ke atas di above dengan".split()
)
TO = re.compile(r"\s*(?:[-–—~]|s/?d|sampai|hingga|to)\s*(?:rp\.?\s*)?", re.IGNORECASE)


def number(text, scaled):
    """Digits with separators: groups of three part thousands, one or two digits at the end are decimals."""
    text = text.rstrip(".,")
    if THOUSANDS.fullmatch(text):
        last = max(text.rfind("."), text.rfind(","))
        decimals = text[last + 1 :] if last >= 0 and len(text) - last < 4 else ""
        whole = text[: last if decimals else None].replace(".", "").replace(",", "")
        return int(whole) + (float("0." + decimals) if decimals else 0)
    if re.fullmatch(r"\d+[.,]\d\d?", text) or (scaled and re.fullmatch(r"\d\d?[.,]\d+", text)):
        return float(text.replace(",", "."))
    raise Unreadable("amount_invalid")


def read_amount(text):
    """Low, high, repair; no low where the salary is open (`nego`)."""
    digits = text.removesuffix(".0")
    if digits.isdigit() and len(digits) <= 12:
        low, high, repair = int(digits), None, None if digits == text else "float_tail"
    else:
        text = text.replace(",-", " ")
        found = list(AMOUNT.finditer(text))
        words = WORD.findall(AMOUNT.sub(" ", TO.sub(" ", text).lower()))
        if len(found) > 2 or "$" in text or any(word not in FILLERS for word in words):
            raise Unreadable("amount_invalid")
        if not found:
            return None, None, None
        if len(found) == 2 and not TO.fullmatch(text[found[0].end() : found[1].start()]):
            raise Unreadable("amount_invalid")
        scale = [SCALES[one[2].lower()] if one[2] else None for one in found]
        ends = [number(one[1], bool(s)) for one, s in zip(found, scale)]
        if scale[0] is None and ends[0] < 1000:
            scale[0] = scale[-1]
        ends = [round(end * (s or 1)) for end, s in zip(ends, scale)]
        low, high, repair = ends[0], ends[1] if len(ends) > 1 else None, "amount"
    if not 50_000 <= low < 10**9 or (high is not None and not low <= high < 10**9):
        raise Unreadable("amount_invalid")
    return low, high if high != low else None, repair


RESUME = re.compile(r"""https?://(?=[^/?#]*\.)[^./?#@\s"<>][^/?#@\s"<>]*(?:[/?#][^\s"<>]*)?""", re.IGNORECASE)
HYPERLINK = re.compile(r'=hyperlink\(\s*"([^"]*)"', re.IGNORECASE)


class Row:
    """One row while it is read."""

    def __init__(self, cells, columns, orders):
        self.fields, self.extras, self.repairs, self.problems = {}, {}, [], []
        self.phones, self.emails, self.name_key = [], [], ()
        for number, (cell, (header, field)) in enumerate(zip(cells, columns), start=1):
            if not cell:
                continue
            if field == "phone":
                self.contacts(self.phones, read_phones(cell), number)
                continue
            if field == "email":
                self.contacts(self.emails, read_emails(cell), number)
                continue
            text = tidy(cell)
            if field is None:
                if text:
                    self.extras[header] = cell
                continue
            if not text or is_placeholder(text):
                continue
            try:
                self.value(field, text, cell, header, number, orders)
            except Unreadable as problem:
                self.problems.append((str(problem), number, cell))
        # The first contact of those that can key her, or else of all.
        for field, readings in (("phone", self.phones), ("email", self.emails)):
            readings.sort(key=lambda reading: not reading[2])
            self.fields[field] = next((reading[1] for reading in readings if reading[1]), None)

    def contacts(self, known, readings, column):
        for reading in readings:
            if reading[1] and any(reading[1] == other[1] for other in known):
                continue
            known.append(reading)
            if reading[4]:
                self.problems.append((reading[4], column, reading[0]))

    def repair(self, code, column, cell, value):
        self.repairs.append((code, column, cell, value))

    def value(self, field, text, cell, header, column, orders):
        if field == "full_name":
            shown, self.name_key = read_name(text.removeprefix("'"))
            self.fields[field] = shown
            if shown and shown != cell:
                self.repair("whitespace" if shown == text else "name_case", column, cell, shown)
        elif field in PLAIN:
            if field == "source_ref" and text.endswith(".0") and text[:-2].isdigit():
                text = text[:-2]
            self.fields[field] = text
            if text != cell:
                self.repair("whitespace", column, cell, text)
        elif field in ("birth_date", "applied_at"):
            value, repairs = read_date(text, orders[field], field == "birth_date")
            self.fields[field] = value
            for code in repairs:
                self.repair(code, column, cell, value)
        elif field == "expected_salary":
            low, high, repair = read_amount(text)
            if low is None:
                self.extras[header] = cell
                return
            self.fields["expected_salary"], self.fields["expected_salary_max"] = low, high
            if repair:
                self.repair(repair, column, cell, f"{low}-{high}" if high else str(low))
        elif field == "resume_url":
            link = HYPERLINK.match(text)
            link = link[1] if link else text
            if not RESUME.fullmatch(link):
                self.extras[header] = cell
                raise Unreadable("resume_not_link")
            self.fields[field] = link


class Seen:
    """Who stood earlier in this file: by phone, by email, by the portal's id, by name and birth date."""

    def __init__(self):
        self.by_contact, self.by_reference, self.alike = {}, {}, {}

    def plan(self, row_no, row):
        """Outcome, reason, and the earlier row that she is."""
        if not row.fields.get("full_name"):
            row.problems.append(("no_name", None, None))
            return "rejected", "no_name", None
        if not row.fields["phone"] and not row.fields["email"]:
            row.problems.append(("no_contact", None, None))
            return "rejected", "no_contact", None
        name, reference, born = row.name_key, row.fields.get("source_ref"), row.fields.get("birth_date")
        contacts = [reading[1] for reading in row.phones + row.emails if reading[2]]
        found = [person for contact in contacts if (person := self.by_contact.get(contact))]
        if person := self.by_reference.get(reference):
            if names_agree(person[1], name):
                found.append(person)
            else:
                row.problems.append(("source_ref_reused", None, reference))
        outcome, reason, target = "new", None, None
        if found:
            target = found[0][0]
            if any(person[0] != target for person in found):
                outcome, reason = "review", "conflict"
            elif not any(names_agree(person[1], name) for person in found):
                outcome, reason = "review", "shared_phone" if row.fields["phone"] in self.by_contact else "shared_email"
            elif found[0][2]:
                outcome, reason = "review", found[0][2]
            else:
                outcome = "duplicate"
        elif born and (person := self.alike.get((name, born))):
            outcome, reason, target = "review", "possible", person[0]
        person = (target if outcome == "duplicate" else row_no, name, reason)
        for contact in contacts:
            self.by_contact.setdefault(contact, person)
        if reference:
            self.by_reference.setdefault(reference, person)
        if born:
            self.alike.setdefault((name, born), person)
        return outcome, reason, target


def read(path):
    """Every cell as text."""
    if path.endswith(".xlsx"):
        return pd.read_excel(path, dtype=str, engine="openpyxl", na_filter=False)
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        dialect = csv.Sniffer().sniff(file.read(65536).split("\n")[0], ",;\t|")
    return pd.read_csv(path, sep=dialect.delimiter, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig")


def cleaned(frame, counts):
    """The rows of the table, in the file's order."""
    columns = [(header, FIELD_OF.get(re.sub(r"[\W_]", "", header.lower()))) for header in frame.columns]
    orders = {field: column_order(frame[header]) for header, field in columns if field in ("birth_date", "applied_at")}
    headers, seen = tuple(frame.columns), Seen()
    for row_no, cells in enumerate(frame.itertuples(index=False, name=None), start=2):
        if not any(cells):
            continue
        if cells == headers:
            counts["rejected"] += 1
            yield (row_no, "rejected", "not_data", *[None] * (len(COLUMNS) - 4), json.dumps({"cells": cells}))
            continue
        row = Row(cells, columns, orders)
        outcome, reason, target = seen.plan(row_no, row)
        counts[outcome] += 1
        content = {
            "cells": cells, "extras": row.extras, "phones": row.phones, "emails": row.emails, "repairs": row.repairs, "problems": row.problems,
        }
        yield (row_no, outcome, reason, target, *map(row.fields.get, COLUMNS[4:-1]), json.dumps(content, ensure_ascii=False))


def main(path, database):
    counts = dict.fromkeys(("new", "duplicate", "review", "rejected"), 0)
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"CREATE TABLE applicant ({', '.join(COLUMNS).replace('row_no', 'row_no INTEGER PRIMARY KEY', 1)})")
    insert = f"INSERT INTO applicant ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with connection:
        connection.executemany(insert, cleaned(read(path), counts))
    connection.close()
    print(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:3])
