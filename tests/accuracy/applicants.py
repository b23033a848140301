"""Invented Indonesian applicants with labels: who applied twice, and who only looks so.

usage: applicants.py FILE --rows 20000 --seed 1

Columns: `id`, `person` (the truth), `portal`, `full_name`, `phone` (E.164), `email`, `birth_date`, `city`, `education`, `gender`, as a portal's file
has them after cleaning. Names are put together from common ones by a steep distribution (many *Siti*), beside rare family names made of syllables.
The phone numbers begin with prefixes that no operator has; the addresses end in example.com and example.id, or are a portal's relay.

What happens, and how often, stands in RATES: every number is a choice, made to be harder than life rather than easier.
"""

import argparse
import csv
import datetime
import random

RATES = {
    "applies again": 0.25,  # after each application
    "family of two or three": 0.12,  # of people; they live in one place and share a family word
    "family shares the phone": 0.5,
    "family shares the address": 0.2,
    "twins, where there is a family": 0.12,  # same birth date, rhyming names
    "namesake in the family": 0.08,  # mother and daughter: Siti Aminah, and Siti
    "one word": 0.14,
    "title or degree": 0.1,
    "relay email (Indeed)": 0.7,
    "no email": 0.06,
    "no birth date": 0.05,  # Indeed never tells
    "no gender": 0.3,
    "no education": 0.2,
    # between one application and the next
    "another phone": 0.12,
    "phone mistyped": 0.04,
    "another email": 0.22,
    "email mistyped": 0.04,
    "name spelt otherwise": 0.1,
    "name mistyped": 0.06,
    "word left out": 0.1,
    "initial": 0.05,
    "order": 0.03,
    "date mistyped": 0.03,
    "day and month swapped": 0.02,
    "1 January": 0.01,
    "moved": 0.08,
    "place written otherwise": 0.25,
    "studied on": 0.08,
}

FEMALE = """siti dewi sri nur ayu putri rina rini ratna wati yuni indah fitri lestari nurul rahayu aisyah aminah fatimah khadijah maryam dian eka
dwi tri wulan sari puspita kartika kusuma anggraini wahyuni handayani susanti yanti yulia yuliana nia lia mia tia ani ana ina rani desi dina lina
tina mega intan permata melati mawar cahya cahaya citra cinta bunga kirana larasati sekar arum ningsih ningrum astuti hastuti purwanti suryani
maryani rohani rohmah rahmah rahmawati hidayah hidayati halimah hasanah zahra zubaidah zulaikha salma salsabila nabila nadia syifa safitri oktavia
novita agustina septiani mutia mutiara karina sabrina farida faridah laila lailatul khusnul uswatun umi ummu istiqomah solikhah munawaroh
juwariyah sumiati sumarni suparti sutinah tumini wagiyem poniyem painem rukmini kustini hartati hartini endang enny titik tuti yeni yesi vera
vivi veronika maria magdalena theresia agnes yohana debora ester ruth natalia kristina margareta monika elisabet angelina stefani gita dita tita
rosita rosmawati rosdiana nurhayati nuraini nurjanah nurlaila nurhasanah komariah rokayah saodah jubaedah icih neneng eneng ai cucu euis imas
lilis iis entin""".split()
MALE = """muhammad ahmad budi agus eko joko dedi dede asep ujang andi rizki rizal fajar hendra hendri yusuf yunus ibrahim ismail abdul rahman rahmat
hidayat santoso susilo wibowo prasetyo setiawan kurniawan gunawan hermawan saputra putra pratama ramadhan firmansyah maulana fauzi bambang sugeng
slamet suparman wahyu bayu arif""".split()
SYLLABLES = "ka ki ku ta to tu sa su so ma mo na no ra ri ro wi wa di do ja jo har kar mar sur pur pra dir wir nga la lu ba gi".split()
ENDINGS = "dinata wijaya atmodjo kusumo negoro diharjo taruna wardana winata sasmita subrata redjo miharja prawira sudirdjo".split()
CLANS = """simanjuntak situmorang sitompul hutapea hutagalung nainggolan panjaitan siregar harahap lubis nasution manurung sinaga sihombing tampubolon
pangaribuan marbun ginting tarigan sembiring karo rumbewas mandowen kaisiepo tuwaidan lumentut wowor mamahit pattiasina latuconsina tuhuteru""".split()
TITLES = ["Hj. ", "Ibu ", "Dra. ", "Ns. ", "", "", ""]
DEGREES = ["", ", S.Pd.", ", S.Kep.", ", A.Md.Keb.", " S.Psi", ", S.E.", ", Amd.Keb"]
CITIES = """Jakarta Selatan,Jakarta Timur,Jakarta Barat,Jakarta Utara,Jakarta Pusat,Depok,Bekasi,Tangerang,Tangerang Selatan,Bogor,Bandung,Cimahi,
Surabaya,Sidoarjo,Gresik,Malang,Semarang,Surakarta,Yogyakarta,Sleman,Bantul,Medan,Binjai,Palembang,Makassar,Denpasar,Cirebon,Tasikmalaya,Garut,
Sukabumi,Karawang,Serang,Cilegon,Lampung,Pekanbaru,Padang,Banjarmasin,Samarinda,Balikpapan,Manado""".replace("\n", "").split(",")
PROVINCES = ["Jawa Barat", "DKI Jakarta", "Jawa Timur", "Jawa Tengah", "Banten", "Indonesia"]
EDUCATION = ["smp", "sma", "sma", "sma", "d3", "s1", "s1"]
PREFIXES = ["861", "862", "863", "865", "866", "867", "871", "872", "873", "874", "875", "876"]
DOMAINS = ["mail.example.com"] * 12 + ["post.example.com"] * 3 + ["example.id"] * 2 + ["surel.example.id"]
PORTALS = ["glints", "jobstreet", "indeed", "kalibrr"]
SPELLINGS = [("u", "oe"), ("j", "dj"), ("c", "tj"), ("sy", "sj"), ("y", "j"), ("f", "v"), ("i", "y"), ("z", "s"), ("kh", "h"), ("q", "k")]
PROPHET = ["muhammad", "mohammad", "mochammad", "muh.", "moch.", "m."]
KEYS = {"a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
        "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x"}


class Maker:
    def __init__(self, seed, rows):
        self.random = random.Random(seed)
        # The k-th commonest name is borne by one k-th as many, roughly as in a census.
        self.weights = {id(words): [1 / (at + 3) for at in range(len(words))] for words in (FEMALE, MALE)}
        self.rare = [self.rare_word() for _ in range(max(300, rows // 12))]
        self.people = 0
        self.addresses = set()

    def happens(self, what):
        return self.random.random() < RATES[what]

    def rare_word(self):
        pick = self.random.choice
        return "".join(pick(SYLLABLES) for _ in range(pick([1, 2, 2, 3]))) + pick(ENDINGS)

    def family_word(self):
        kind = self.random.random()
        if kind < 0.25:
            return self.random.choice(CLANS)
        return self.random.choice(self.rare) if kind < 0.6 else self.given("male")

    def given(self, gender):
        words = FEMALE if gender == "female" else MALE
        return self.random.choices(words, self.weights[id(words)])[0]

    def name(self, gender, family):
        count = 1 if self.happens("one word") else self.random.choice([2, 2, 2, 3, 3, 4])
        words = []
        while len(words) < count:
            word = self.given(gender)
            if word not in words:
                words.append(word)
        if family and count > 1:
            words[-1] = family
        elif count > 1 and self.random.random() < 0.25:
            words[-1] = self.family_word()
        return words

    def person(self, family=None, **given):
        self.people += 1
        gender = given.get("gender") or ("female" if self.random.random() < 0.88 else "male")
        words = given.get("words") or self.name(gender, family)
        born = given.get("born") or datetime.date(1970, 1, 1) + datetime.timedelta(days=int(self.random.triangular(0, 13500, 10500)))
        return {
            "person": self.people,
            "words": words,
            "gender": gender,
            "born": born,
            "phone": given.get("phone") or self.number(),
            "email": given.get("email") or self.address(words, born),
            "city": given.get("city") or self.random.choice(CITIES),
            "education": self.random.choice(EDUCATION),
        }

    def number(self):
        return f"+62{self.random.choice(PREFIXES)}{self.random.randrange(10**7, 10**8)}"

    def address(self, words, born):
        """A new address, which nobody has yet; a family may share it from now on."""
        local, domain = self.address_name(words, born), self.random.choice(DOMAINS)
        while f"{local}@{domain}" in self.addresses:
            local += str(self.random.randrange(10))
        self.addresses.add(f"{local}@{domain}")
        return f"{local}@{domain}"

    def address_name(self, words, born):
        joint = self.random.choice(["", ".", "_"])
        local = joint.join(words[: self.random.choice([1, 2, 2])])
        tail = self.random.choice(["", "", str(born.year), str(born.year)[2:], str(self.random.randrange(1, 1000)), f"{born.day:02}{born.month:02}"])
        return local + tail

    def household(self):
        """People of one family, or one alone."""
        first = self.person()
        if not self.happens("family of two or three"):
            return [first]
        family = first["words"][-1] if len(first["words"]) > 1 else self.family_word()
        others = []
        for _ in range(self.random.choice([1, 1, 2])):
            shared = {"city": first["city"]}
            if self.happens("family shares the phone"):
                shared["phone"] = first["phone"]
            if self.happens("family shares the address"):
                shared["email"] = first["email"]
            if self.happens("twins, where there is a family"):
                shared |= {"born": first["born"], "gender": first["gender"], "words": self.rhyming(first["words"])}
            elif self.happens("namesake in the family"):
                shared |= {"gender": first["gender"], "words": self.namesake(first["words"], first["gender"])}
            other = self.person(family, **shared)
            # Nobody gives two children one name.
            if sorted(other["words"]) not in [sorted(one["words"]) for one in [first, *others]]:
                others.append(other)
        return [first, *others]

    def namesake(self, words, gender):
        """A daughter's name: her mother's first word, with another after it or alone."""
        own = self.given(gender)
        return [words[0], own] if len(words) == 1 or (own not in words and self.random.random() < 0.5) else words[:1]

    def rhyming(self, words):
        """A twin's name: the first word is another of the list, one letter apart or of the same end, where there is one."""
        first = words[0]
        known = [word for word in FEMALE + MALE if word != first and word not in words]
        twins = [word for word in known if len(word) == len(first) and sum(a != b for a, b in zip(word, first)) == 1]
        twins = twins or [word for word in known if len(first) > 3 and word[-3:] == first[-3:]] or known
        return [self.random.choice(twins), *words[1:]]

    def applications(self, person):
        portal = self.random.choice(PORTALS)
        yield self.row(person, portal)
        while self.happens("applies again"):
            person = self.later(person)
            portal = self.random.choice(PORTALS)
            yield self.row(person, portal, again=True)

    def later(self, person):
        """The same person at her next application."""
        person = dict(person)
        if self.happens("another phone"):
            person["phone"] = self.number()
        if self.happens("another email"):
            person["email"] = self.address(person["words"], person["born"])
        if self.happens("moved"):
            person["city"] = self.random.choice(CITIES)
        if self.happens("studied on"):
            person["education"] = self.random.choice(["d3", "s1"])
        return person

    def row(self, person, portal, again=False):
        happens = self.happens if again else lambda what: False
        phone, email, born = person["phone"], person["email"], person["born"].isoformat()
        if happens("phone mistyped"):
            phone = phone[:5] + self.slip(phone[5:], "0123456789")
        if portal == "indeed" and self.happens("relay email (Indeed)"):
            email = f"{person['words'][0]}{self.random.randrange(10)}_{self.random.randrange(16**6):06x}@indeedemail.com"
        elif self.happens("no email"):
            email = ""
        elif happens("email mistyped"):
            name, domain = email.split("@")
            mistyped = f"{self.slip(name)}@{domain}"
            # Nobody else's by chance: among so few addresses that would happen far more often than in life.
            email = email if mistyped in self.addresses else mistyped
            self.addresses.add(email)
        if portal == "indeed" or self.happens("no birth date"):
            born = ""
        elif happens("date mistyped"):
            born = self.other_digit(born)
        elif happens("day and month swapped") and person["born"].day <= 12:
            born = f"{born[:4]}-{born[8:]}-{born[5:7]}"
        elif happens("1 January"):
            born = f"{born[:4]}-01-01"
        return {
            "person": person["person"],
            "portal": portal,
            "full_name": self.written(person["words"], happens),
            "phone": phone,
            "email": email,
            "birth_date": born,
            "city": self.place(person["city"]),
            "education": "" if self.happens("no education") else person["education"],
            "gender": "" if self.happens("no gender") else person["gender"],
        }

    def written(self, words, happens):
        words = list(words)
        if happens("name spelt otherwise"):
            words = [self.spelt(word) for word in words]
        if happens("name mistyped"):
            at = max(range(len(words)), key=lambda at: len(words[at]))
            words[at] = self.slip(words[at])
        if len(words) > 1 and happens("word left out"):
            words.pop(self.random.randrange(1, len(words)))
        elif len(words) > 1 and happens("initial"):
            at = self.random.randrange(1, len(words))
            words[at] = words[at][0] + "."
        if happens("order"):
            words.reverse()
        name = " ".join(word[:1].upper() + word[1:] for word in words)
        if self.happens("title or degree"):
            name = self.random.choice(TITLES) + name + self.random.choice(DEGREES)
        return name.upper() if self.random.random() < 0.15 else name

    def spelt(self, word):
        if word == "muhammad":
            return self.random.choice(PROPHET)
        fitting = [(old, new) for old, new in SPELLINGS if old in word[1:] or word.startswith(old)]
        if fitting and self.random.random() < 0.7:
            old, new = self.random.choice(fitting)
            return word.replace(old, new, 1)
        at = self.random.randrange(1, len(word)) if len(word) > 1 else 0
        return word[:at] + word[at] + word[at:]

    def slip(self, text, letters=None):
        """A neighbouring key, a letter missing, too many, or two swapped."""
        if len(text) < 4:
            return text
        at = self.random.randrange(1, len(text) - 1)
        kind = self.random.randrange(4)
        if kind == 0:
            near = letters or KEYS.get(text[at], "aeiou")
            return text[:at] + self.random.choice(near) + text[at + 1 :]
        if kind == 1:
            return text[:at] + text[at + 1 :]
        if kind == 2:
            return text[:at] + text[at] + text[at:]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    def other_digit(self, born):
        year, month, day = born.split("-")
        part = self.random.randrange(3)
        if part == 0:
            return f"{year[:3]}{self.random.randrange(10)}-{month}-{day}"
        if part == 1:
            return f"{year}-{self.random.randrange(1, 13):02}-{day}"
        return f"{year}-{month}-{self.random.randrange(1, 29):02}"

    def place(self, city):
        if not self.happens("place written otherwise"):
            return city
        return self.random.choice([city.upper(), f"Kota {city}", f"{city}, {self.random.choice(PROVINCES)}", f"Kab. {city}", self.slip(city)])


FIELDS = ["id", "person", "portal", "full_name", "phone", "email", "birth_date", "city", "education", "gender"]


def main():
    parser = argparse.ArgumentParser(description="Writes invented Indonesian applicants with labels.")
    parser.add_argument("file")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    maker = Maker(options.seed, options.rows)
    rows = []
    while len(rows) < options.rows:
        for person in maker.household():
            rows.extend(maker.applications(person))
    rows = rows[: options.rows]
    # Applications come in no order.
    maker.random.shuffle(rows)
    with open(options.file, "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, FIELDS)
        writer.writeheader()
        for number, row in enumerate(rows, 1):
            writer.writerow({"id": f"a{number:07}", **row})


if __name__ == "__main__":
    main()
