//! What does not come from the own page, or asks for what is not there.

use axum::http::Method;
use rstest::rstest;

use crate::{app::App, imports::siti};

#[rstest]
#[case::own_page("127.0.0.1:8787", "http://127.0.0.1:8787", "same-origin", true)]
#[case::own_page_by_name("localhost:8787", "http://localhost:8787", "same-origin", true)]
#[case::own_page_on_ipv6("[::1]:8787", "http://[::1]:8787", "same-origin", true)]
#[case::no_browser("127.0.0.1:8787", "", "", true)]
#[case::typed_into_the_address_bar("127.0.0.1:8787", "", "none", true)]
#[case::the_window("localhost", "tauri://localhost", "", true)]
#[case::the_window_on_windows("localhost", "http://tauri.localhost", "", true)]
#[case::another_site("127.0.0.1:8787", "http://evil.example", "cross-site", false)]
#[case::another_port("127.0.0.1:8787", "http://127.0.0.1:9999", "same-site", false)]
#[case::a_sandboxed_page("127.0.0.1:8787", "null", "cross-site", false)]
#[case::a_picture_of_another_site("127.0.0.1:8787", "", "cross-site", false)]
#[case::a_picture_of_another_port("127.0.0.1:8787", "", "same-site", false)]
#[case::rebound_name("evil.example:8787", "", "", false)]
#[case::rebound_name_with_its_origin("evil.example:8787", "http://evil.example:8787", "same-origin", false)]
#[case::rebound_name_that_begins_like_ours("localhost.evil.example", "", "", false)]
#[case::rebound_name_that_ends_like_ours("evil-localhost:8787", "", "", false)]
#[case::a_name_with_a_trailing_dot("localhost.", "", "", false)]
#[case::a_name_beyond_ascii("locálhost", "", "", false)]
#[case::an_origin_beyond_ascii("127.0.0.1:8787", "http://évil.example", "", false)]
#[case::user_before_host("localhost@evil.example:80", "", "", false)]
#[tokio::test]
async fn only_the_own_page_is_answered(
    #[case] host: &str,
    #[case] origin: &str,
    #[case] site: &str,
    #[case] answered: bool,
) {
    let app = App::open().await;
    for (method, path) in
        [(Method::GET, "/v1/applications"), (Method::POST, "/v1/imports?name=a.csv"), (Method::GET, "/")]
    {
        let call = app.call(method, path).header("host", host).header("origin", origin).header("sec-fetch-site", site);
        let answer = call.body("Nama,Email\nSiti,siti@example.com\n").send().await;
        if answered {
            assert!(answer.status < 300, "{path}: {}", answer.status);
        } else {
            assert_eq!(answer.refusal(), "403 request.foreign", "{path}");
        }
    }
}

/// A page elsewhere that is named asks what candidates ask, by a token alone; what staff asks it is refused, as any other page is everything.
#[tokio::test]
async fn a_page_that_is_named_asks_what_candidates_ask_and_nothing_else() {
    const PAGE: &str = "https://kerja.example";
    let app = App::with_a_page_at(PAGE).await;
    let asked = |method, path: &'static str, origin: &'static str| {
        app.call(method, path).header("origin", origin).header("sec-fetch-site", "cross-site")
    };
    let preflight = |path, origin| {
        asked(Method::OPTIONS, path, origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
    };
    for path in ["/v1/register", "/v1/otp", "/v1/login", "/v1/me", "/v1/eligibility/mitra", "/.well-known/jwks.json"] {
        let allowed = preflight(path, PAGE).await;
        assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, PAGE), "{path}");
        assert_eq!(allowed.header("access-control-allow-headers"), "authorization,content-type,x-request-id");
        assert_eq!(allowed.header("access-control-allow-credentials"), "");
        for other in ["https://evil.example", "http://kerja.example", "https://kerja.example:8443", "null"] {
            assert_eq!(preflight(path, other).await.refusal(), "403 request.foreign", "{path} {other}");
        }
    }
    for path in ["/v1/staff/session", "/v1/applications", "/v1/imports", "/v1/openapi.json", "/v1/lain", "/"] {
        assert_eq!(preflight(path, PAGE).await.refusal(), "403 request.foreign", "{path}");
        for method in [Method::GET, Method::POST] {
            assert_eq!(asked(method, path, PAGE).send().await.refusal(), "403 request.foreign", "{path}");
        }
    }
    let keys = asked(Method::GET, "/.well-known/jwks.json", PAGE).send().await;
    assert_eq!((keys.status, keys.header("access-control-allow-origin")), (200, PAGE));
    assert!(keys.header("vary").contains("origin"));
    let refused = asked(Method::GET, "/v1/me", PAGE).send().await;
    assert_eq!(
        (refused.refusal().as_str(), refused.header("access-control-allow-origin")),
        ("401 token.invalid", PAGE)
    );
    // Under another name than its own nobody asks anything.
    let rebound = asked(Method::GET, "/v1/me", PAGE).header("host", "evil.example").send().await;
    assert_eq!(rebound.refusal(), "403 request.foreign");
    // Nor is anything embedded.
    let picture = app.get("/.well-known/jwks.json").header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(picture.refusal(), "403 request.foreign");
}

#[tokio::test]
async fn a_link_on_another_site_opens_the_page() {
    let app = App::open().await;
    let followed =
        app.get("/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate").send().await;
    assert_eq!(followed.status, 200);
}

#[rstest]
#[case("/v1")]
#[case("/v1/")]
#[case("/v1/lain")]
#[case("/v1/imports/")]
#[case("/v1//imports")]
#[case("/v1/imports/a/b/c/d")]
#[case("/v1/%2e%2e/satu.db")]
#[case("/v1/../v1/lain")]
#[case("/v2/imports")]
#[tokio::test]
async fn an_unknown_route_is_a_problem(#[case] path: &str) {
    let app = App::open().await;
    for method in [Method::GET, Method::POST, Method::DELETE] {
        let answer = app.call(method, path).send().await;
        if path.starts_with("/v1") {
            assert_eq!(answer.refusal(), "404 route.unknown", "{path}");
        } else {
            assert!([404, 405].contains(&answer.status), "{path}: {}", answer.status);
        }
    }
}

#[rstest]
#[case("/../Cargo.toml")]
#[case("/..%2fCargo.toml")]
#[case("/%2e%2e/%2e%2e/Cargo.toml")]
#[case("/assets/../../../Cargo.toml")]
#[case("/assets/..%5c..%5cCargo.toml")]
#[case("//etc/passwd")]
#[case("/%2fetc%2fpasswd")]
#[case("/etc/passwd")]
#[case("/index.html%00.js")]
#[case("/%00")]
#[case("/%FF%FE")]
#[case("/%")]
#[case("/%zz")]
#[case("/assets")]
#[case("/assets/")]
#[case("/.git/config")]
#[tokio::test]
async fn no_path_leads_out_of_the_pages_files(#[case] path: &str) {
    let answer = App::open().await.get(path).send().await;
    assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    assert!(answer.bytes.len() < 200, "{path}: {}", answer.text());
}

#[tokio::test]
async fn the_pages_come_with_a_policy_and_are_only_read() {
    let app = App::open().await;
    for path in ["/", "/index.html", "/?q=1", "/daftar", "/daftar?u=1"] {
        let page = app.get(path).send().await;
        assert_eq!(
            (page.status, page.header("content-type"), page.header("cache-control")),
            (200, "text/html", "no-cache")
        );
        assert!(page.header("content-security-policy").contains("default-src 'self'"));
        assert_eq!((page.header("x-content-type-options"), page.header("referrer-policy")), ("nosniff", "no-referrer"));
        let head = app.call(Method::HEAD, path).send().await;
        assert_eq!((head.status, head.bytes.len()), (200, 0));
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(app.call(method, "/index.html").send().await.status, 405);
    }
}

#[tokio::test]
async fn every_answer_carries_the_id_of_its_request() {
    let app = App::open().await;
    let own = app.get("/v1/meta").header("x-request-id", "permintaan-1").send().await;
    assert_eq!(own.header("x-request-id"), "permintaan-1");
    let minted = app.get("/v1/lain").send().await;
    assert_eq!(minted.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn what_a_file_is_called_chooses_no_place_on_the_disk() {
    let app = App::open().await;
    for name in ["..%2F..%2Fsatu.db", "..%5C..%5Csatu.db", "%2Fetc%2Fsatu.db"] {
        let file = satu_tests::applicants::table("glints", &[siti()]);
        let begun = app.upload(name, file).send().await.json(201);
        assert_eq!(begun["file"], "satu.db");
        app.rest(&begun).await;
    }
    assert_eq!(app.spooled(), 3);
    assert!(app.get("/v1/imports").send().await.status == 200, "the database is whole");
}
