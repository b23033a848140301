//! What a code of a message says, in the words of the page: whoever calls from a list looks nothing up at a provider.

use satu_core::outreach::{Channel, Excluded};

const ACCOUNT: &str = "Akun di penyedia dibekukan atau dibatasi";
const CREDENTIAL: &str = "Penyedia menolak kata kunci kami. Minta yang mengurus server memeriksanya";
const FILTERED: &str = "Operator menahan pesan ini";
const INVALID_NUMBER: &str = "Penyedia menganggap nomor ini salah";
const LANDLINE: &str = "Ini nomor telepon rumah atau tidak bisa menerima SMS";
const NO_CREDIT: &str = "Pulsa atau saldo di penyedia habis";
const OUT_OF_ORDER: &str = "Penyedia sedang bermasalah";
const SENDER: &str = "Nomor atau nama pengirim tidak diterima penyedia";
const STOPPED: &str = "Ia minta berhenti menerima pesan";
const TEMPLATE: &str = "Templat tidak cocok dengan yang disetujui WhatsApp";
const TEMPLATE_OFF: &str = "Templat dijeda atau dimatikan oleh WhatsApp";
const TEXT: &str = "Penyedia menolak isi pesannya";
const TOO_FAST: &str = "Terlalu cepat; dicoba lagi nanti";
const UNREACHABLE: &str = "Ponselnya mati atau di luar jangkauan";

/// Why a message of a channel failed, waits or was dropped. The code of a provider that nobody here knows stands beside it.
pub(super) fn reason(channel: Channel, code: &str) -> &'static str {
    if let Some(why) = by_provider(channel, code).or_else(|| ours(code)) {
        return why;
    }
    match Excluded::from_word(code) {
        Some(why) => excluded(why),
        None => "Penyedia menolak",
    }
}

/// What a provider's own code says. A number means something at its own provider only.
fn by_provider(channel: Channel, code: &str) -> Option<&'static str> {
    match channel {
        Channel::Whatsapp => whatsapp(code),
        Channel::Twilio => twilio(code),
        Channel::Zenziva => zenziva(code),
        Channel::Vonage => vonage(code),
        Channel::WaMe | Channel::File => None,
    }
}

fn whatsapp(code: &str) -> Option<&'static str> {
    Some(match code {
        "190" | "131005" => CREDENTIAL,
        "130429" | "131048" | "131056" => TOO_FAST,
        "131000" | "131016" => OUT_OF_ORDER,
        "131008" | "131009" | "132000" | "132001" | "132005" | "132012" | "132018" => TEMPLATE,
        "131026" => "Nomor ini tidak bisa menerima pesan lewat jalur ini, misalnya tidak memakai WhatsApp",
        "131031" => ACCOUNT,
        "131042" => NO_CREDIT,
        "131047" => "Sudah lebih dari 24 jam sejak jawabannya; perlu templat yang disetujui",
        "131049" => "WhatsApp menahan pesan ini karena ia sudah menerima banyak pesan promosi",
        "131050" => STOPPED,
        "132015" | "132016" => TEMPLATE_OFF,
        _ => return None,
    })
}

fn twilio(code: &str) -> Option<&'static str> {
    Some(match code {
        "20003" => CREDENTIAL,
        "20429" | "21611" | "30001" => TOO_FAST,
        "21211" | "30005" => INVALID_NUMBER,
        "21606" | "21612" => SENDER,
        "21610" => STOPPED,
        "21614" | "30006" => LANDLINE,
        "21617" => TEXT,
        "30002" => ACCOUNT,
        "30003" => UNREACHABLE,
        "30004" | "30007" => FILTERED,
        "30036" => "Pesan ini terlalu lama mengantre di penyedia; dicoba lagi nanti",
        _ => return None,
    })
}

fn zenziva(code: &str) -> Option<&'static str> {
    Some(match code {
        "0" => INVALID_NUMBER,
        "5" => CREDENTIAL,
        "6" => TEXT,
        "89" => TOO_FAST,
        "99" => NO_CREDIT,
        _ => return None,
    })
}

fn vonage(code: &str) -> Option<&'static str> {
    Some(match code {
        "1000" => TOO_FAST,
        "1040" | "1170" => INVALID_NUMBER,
        "1050" => FILTERED,
        "1070" => NO_CREDIT,
        "1120" => SENDER,
        "1180" => UNREACHABLE,
        _ => return None,
    })
}

/// What any carrier may come to, and what we say of a message.
fn ours(code: &str) -> Option<&'static str> {
    Some(match code {
        "answer" | "broken" | "timeout" => "Penyedia tidak menjawab pada waktunya",
        "cancelled" => "Undangannya dibatalkan",
        "connect" => "Penyedia tidak bisa dihubungi",
        "erased" => "Datanya sudah dihapus",
        "late" => "Belum sempat dikirim; segera dicoba lagi",
        "lease" => "Program berhenti saat mengirim; tidak diketahui apakah pesan berangkat",
        "not_on_whatsapp" => "Nomor ini tidak ada di WhatsApp",
        "http.401" | "http.403" => CREDENTIAL,
        "http.402" => NO_CREDIT,
        "http.429" => TOO_FAST,
        _ if code.starts_with("http.5") => OUT_OF_ORDER,
        _ => return None,
    })
}

/// Why somebody is not messaged.
pub(super) const fn excluded(why: Excluded) -> &'static str {
    match why {
        Excluded::Gone => "Tidak ada lagi di daftar",
        Excluded::Registered => "Sudah mendaftar",
        Excluded::Closed => "Ditolak atau mundur",
        Excluded::NoMobile => "Tanpa nomor ponsel",
        Excluded::Shared => "Nomor dipakai bersama",
        Excluded::OptedOut => "Minta berhenti",
        Excluded::Undeliverable => "Nomor tidak terjangkau",
        Excluded::InvitedBefore => "Sudah diundang",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Told {
        channel: String,
        code: String,
        words: String,
    }

    /// The page's own test reads the same table, so that both say the same.
    #[test]
    fn a_code_says_what_the_page_says() {
        let table: Vec<Told> = serde_json::from_str(include_str!("told.json")).unwrap();
        assert!(table.len() > 60, "{}", table.len());
        for Told { channel, code, words } in table {
            let known = Channel::from_word(&channel).unwrap();
            assert_eq!(reason(known, &code), words, "{channel} {code}");
        }
    }

    #[rstest]
    #[case::another_providers_number(Channel::Vonage, "131026")]
    #[case::nobody_knows_it(Channel::Whatsapp, "999")]
    #[case::a_chat_has_no_provider(Channel::WaMe, "0")]
    fn a_code_that_nobody_knows_says_that_it_was_refused(#[case] channel: Channel, #[case] code: &str) {
        assert_eq!(reason(channel, code), "Penyedia menolak");
    }
}
