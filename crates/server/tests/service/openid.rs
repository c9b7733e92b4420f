//! Logging in with a provider: the whole way, and everything on it that may be wrong.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stepreel_storage::{Accounts as _, Federation, Identity, User, UserRole};
use tracing_subscriber::fmt::MakeWriter;

use crate::host::{Host, PASSWORD};
use crate::provider::{Provider, SECRET, Signer};
use crate::wire::{Answer, Request};

const ADA: &str = "ada@acme.example";

/// Where the service would be reached, if it had a name.
const SERVICE: &str = "https://stepreel.example";

/// A service whose users may sign in with a provider, and Ada, who is one by her address.
struct Place {
    host: Host,
    provider: Provider,
}

/// A browser that has followed the link.
struct Departed {
    cookie: String,
    query: HashMap<String, String>,
}

impl Place {
    async fn start() -> Self {
        Self::patient(Duration::from_secs(10)).await
    }

    async fn patient(patience: Duration) -> Self {
        let provider = Provider::start().await;
        let openid = provider.agreed(SERVICE, patience);
        let host = Host::with(|settings| settings.openid = Some(openid)).await;
        host.federated("acme", ADA, Federation::ByEmail).await;
        Self { host, provider }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::new("GET", path).header("Cookie", cookie).header("Sec-Fetch-Site", "cross-site");
        request.send(self.host.address).await
    }

    async fn follow_link(&self, next: &str) -> Answer {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        Request::new("GET", &format!("/login/openid?next={next}")).send(self.host.address).await
    }

    /// To the provider.
    async fn depart(&self, next: &str) -> Departed {
        let answer = self.follow_link(next).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let address = url::Url::parse(answer.header("location").unwrap()).unwrap();
        assert!(address.as_str().starts_with(&format!("{}/authorize?", self.provider.issuer)), "{address}");
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.contains("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"), "{cookie}");
        let cookie = cookie.split_once(';').unwrap().0.to_owned();
        Departed { cookie, query: address.query_pairs().into_owned().collect() }
    }

    /// And back.
    async fn come_back(&self, departed: &Departed) -> Answer {
        let back = self.provider.signed_in(&departed.query);
        self.get(back.strip_prefix(SERVICE).unwrap(), &departed.cookie).await
    }

    /// There and back again.
    async fn sign_in(&self) -> Answer {
        self.come_back(&self.depart("/sessions").await).await
    }

    /// Fails unless somebody is let in; the cookie of their visit.
    async fn let_in(&self) -> String {
        let answer = self.sign_in().await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/sessions")), "{answer:?}");
        visit(&answer).expect("a visit begins").to_owned()
    }

    /// Fails unless nobody is let in, for that reason.
    async fn turned_away(&self, reason: &str) {
        refused(&self.sign_in().await, reason);
    }

    async fn sees_sessions(&self, cookie: &str) -> bool {
        let answer = Request::new("GET", "/api/v1/sessions").own_cookie(cookie).send(self.host.address).await;
        answer.status == 200
    }
}

impl Host {
    /// Somebody without a password.
    async fn federated(&self, tenant: &str, email: &str, federation: Federation) {
        let (tenant, role) = (tenant.parse().unwrap(), UserRole::Manager);
        let user = User { email: email.to_owned(), tenant, role, password_hash: None, federation };
        assert!(self.store.put_user(&user).await.unwrap());
    }
}

/// What an ID token says wrongly, and how.
type Lie = (&'static str, fn(&mut Value));

fn visit(answer: &Answer) -> Option<&str> {
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    cookies.filter_map(|(_, cookie)| cookie.split(';').next()).find(|cookie| cookie.starts_with("stepreel="))
}

fn refused(answer: &Answer, reason: &str) {
    let location = answer.header("location").unwrap_or_default();
    assert!(location.starts_with(&format!("/login?refused={reason}")), "{reason}: {answer:?}");
    assert_eq!((answer.status, visit(answer)), (303, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_the_provider_vouches_for_is_let_in_and_comes_back_to_where_they_were() {
    let place = Place::start().await;
    let page = place.get("/login?next=%2Fsearch%3Fq%3Dvalve%2Bstuck", "").await.text();
    assert!(page.contains("Sign in with Acme ID"), "{page}");
    let link = page.split('"').find(|part| part.starts_with("/login/openid?")).unwrap();
    let answer = Request::new("GET", link).send(place.host.address).await;
    let address = url::Url::parse(answer.header("location").unwrap()).unwrap();
    let cookie = answer.header("set-cookie").unwrap().split_once(';').unwrap().0.to_owned();
    let departed = Departed { cookie, query: address.query_pairs().into_owned().collect() };
    assert!(!departed.cookie.contains(&departed.query["state"]), "it can't be told from the cookie");
    let answer = place.come_back(&departed).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/search?q=valve+stuck")), "{answer:?}");
    let forgotten = answer.headers.iter().any(|(_, value)| value.starts_with("stepreel-login=; Path=/; Max-Age=0;"));
    assert!(forgotten, "an attempt is made once: {answer:?}");
    let cookie = visit(&answer).unwrap();
    assert!(place.sees_sessions(cookie).await);
    let left = Request::new("POST", "/logout").own_cookie(cookie).send(place.host.address).await;
    assert_eq!((left.status, left.header("location")), (303, Some("/login")));
    assert!(!place.sees_sessions(cookie).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_who_signed_in_first_whatever_addresses_say_later() {
    let place = Place::start().await;
    place.let_in().await;
    place.provider.person(json!({"sub": "1", "email": "lovelace@acme.example", "email_verified": true}));
    place.let_in().await;
    place.provider.person(json!({"sub": "2", "email": ADA, "email_verified": true}));
    place.turned_away("stranger").await;
    let bound = place.host.store.user(ADA).await.unwrap().unwrap().federation;
    assert_eq!(bound, Federation::Bound(Identity { issuer: place.provider.issuer.clone(), subject: "1".to_owned() }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_verified_address_of_somebody_who_may_is_one() {
    let place = Place::start().await;
    place.host.user("acme", "bo@acme.example", UserRole::Manager).await;
    for stranger in [
        json!({"sub": "1", "email": ADA, "email_verified": false}),
        json!({"sub": "1", "email": ADA}),
        json!({"sub": "1", "email": "eve@acme.example", "email_verified": true}),
        // Has a password, and nothing was said of the provider.
        json!({"sub": "1", "email": "bo@acme.example", "email_verified": true}),
        // Another alphabet's a.
        json!({"sub": "1", "email": "аda@acme.example", "email_verified": true}),
    ] {
        place.provider.person(stranger);
        place.turned_away("stranger").await;
    }
    place.provider.person(json!({"sub": "1", "email": "Ada@Acme.example", "email_verified": true}));
    place.let_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_verifies_nothing_has_subjects() {
    let place = Place::start().await;
    let (issuer, subject) = (place.provider.issuer.clone(), "s-7".to_owned());
    place.host.federated("rival", "bo@rival.example", Federation::Bound(Identity { issuer, subject })).await;
    place.provider.person(json!({"sub": "s-7"}));
    place.provider.tell_apart(json!({"sub": "s-7"}));
    assert!(place.sees_sessions(&place.let_in().await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_may_be_told_apart_but_only_of_the_same_person() {
    let place = Place::start().await;
    place.provider.person(json!({"sub": "1"}));
    place.provider.tell_apart(json!({"sub": "2", "email": ADA, "email_verified": true}));
    place.turned_away("answer").await;
    place.provider.tell_apart(json!({"sub": "1", "email": ADA, "email_verified": true}));
    place.let_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_taken_away_or_changed_is_out() {
    let place = Place::start().await;
    let cookie = place.let_in().await;
    let user = place.host.store.user(ADA).await.unwrap().unwrap();
    assert!(place.host.store.put_user(&User { role: UserRole::Viewer, ..user }).await.unwrap());
    assert!(!place.sees_sessions(&cookie).await, "a visit of somebody who is changed ends");
    let cookie = place.let_in().await;
    let token = Request::new("GET", "/api/v1/tokens").own_cookie(&cookie).send(place.host.address).await;
    assert_eq!(token.status, 403, "a viewer only looks");
    assert!(place.host.store.remove_user(&"acme".parse().unwrap(), ADA).await.unwrap());
    assert!(!place.sees_sessions(&cookie).await);
    place.turned_away("stranger").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_password_logs_in_with_none() {
    let place = Place::start().await;
    let try_with = |password: &str| {
        let request = Request::new("POST", "/login").header("Content-Type", "application/x-www-form-urlencoded");
        request.body(format!("email={ADA}&password={password}&next=%2Fupload"))
    };
    for password in ["", "+", "nobody+has+this+password", &PASSWORD.replace(' ', "+")] {
        let answer = try_with(password).send(place.host.address).await;
        refused(&answer, "credentials");
        assert_eq!(answer.header("location"), Some("/login?refused=credentials&next=%2Fupload"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_browser_that_left_comes_back() {
    let place = Place::start().await;
    let (departed, other) = (place.depart("/sessions").await, place.depart("/sessions").await);
    let back = place.provider.signed_in(&departed.query);
    let back = back.strip_prefix(SERVICE).unwrap();
    let state = &departed.query["state"];
    let seed = departed.cookie.split('.').nth(1).unwrap();
    for (path, cookie) in [
        (back, ""),
        (back, other.cookie.as_str()),
        (back, &departed.cookie.replace("stepreel-login", "stepreel")),
        (back, &departed.cookie.replace('.', "")),
        (back, &format!("stepreel-login=99999999999.{seed}.Lw")),
        (&back.replace(state, &other.query["state"]), &departed.cookie),
        (&back.replace(state, ""), &departed.cookie),
        (&back.replace(&format!("&state={state}"), ""), &departed.cookie),
        (&format!("{back}&state={state}"), &departed.cookie),
        ("/login/openid/return", &departed.cookie),
        ("/login/openid/return?error=access_denied", &departed.cookie),
    ] {
        refused(&place.get(path, cookie).await, "lost");
    }
    assert_eq!(place.provider.asked().1, 0, "none of them reaches the provider");
    assert!(visit(&place.get(back, &departed.cookie).await).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_good_once() {
    let place = Place::start().await;
    let departed = place.depart("/sessions").await;
    let back = place.provider.signed_in(&departed.query);
    let back = back.strip_prefix(SERVICE).unwrap();
    assert!(visit(&place.get(back, &departed.cookie).await).is_some());
    refused(&place.get(back, &departed.cookie).await, "lost");
    // Somebody else's code, brought by a browser of one's own.
    let (victim, thief) = (place.depart("/").await, place.depart("/").await);
    let stolen = place.provider.signed_in(&victim.query).replace(&victim.query["state"], &thief.query["state"]);
    refused(&place.get(stolen.strip_prefix(SERVICE).unwrap(), &thief.cookie).await, "lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_says_anything_else_is_none() {
    let place = Place::start().await;
    let lies: [Lie; 9] = [
        ("another attempt's", |claims| claims["nonce"] = "another".into()),
        ("no attempt's", |claims| drop(claims.as_object_mut().unwrap().remove("nonce"))),
        ("for another service", |claims| claims["aud"] = "another".into()),
        ("for another service, too", |claims| claims["aud"] = json!(["stepreel", "another"])),
        ("for nobody", |claims| claims["aud"] = json!([])),
        ("another provider's", |claims| claims["iss"] = "https://evil.example".into()),
        ("over", |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 1)),
        ("without an end", |claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("of nobody", |claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
    ];
    for (name, lie) in lies {
        place.provider.lie(lie);
        println!("{name}");
        place.turned_away("answer").await;
    }
    place.provider.lie(|_| ());
    place.let_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_nobody_known_signed_is_none() {
    let place = Place::start().await;
    place.let_in().await;
    // With the client's secret, not at all, and with a key that isn't the one that is published under its name.
    for signer in [Signer::Hmac, Signer::Nobody, Signer::ec()] {
        place.provider.forge(signer);
        place.turned_away("answer").await;
    }
    place.provider.sign(Signer::ec());
    place.provider.forge(Signer::ec());
    place.turned_away("answer").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_keys_are_asked_for_when_they_are_used() {
    let place = Place::start().await;
    for _ in 0..2 {
        place.let_in().await;
    }
    assert_eq!(place.provider.asked(), (1, 2), "what is known is not asked again");
    for asked in [2, 3] {
        place.provider.sign(Signer::ec());
        place.let_in().await;
        assert_eq!(place.provider.asked().0, asked);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_gone_is_said_to_be() {
    let mut place = Place::start().await;
    let departed = place.depart("/upload").await;
    let back = place.provider.signed_in(&departed.query);
    place.provider.stop().await;
    let answer = place.get(back.strip_prefix(SERVICE).unwrap(), &departed.cookie).await;
    refused(&answer, "silence");
    let page = place.get(answer.header("location").unwrap(), "").await.text();
    assert!(page.contains("Acme ID gives no answer. Try again in a minute"), "{page}");
    assert!(page.contains("/login/openid?next=%2Fupload"), "and again leads to where one was going: {page}");
    assert!(page.contains("type=\"password\""), "who has a password logs in with it: {page}");
    let mut place = Place::start().await;
    place.provider.stop().await;
    refused(&place.follow_link("/").await, "silence");
    let place = Place::start().await;
    place.provider.break_down();
    refused(&place.follow_link("/").await, "silence");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_slow_provider_for_ever() {
    let place = Place::patient(Duration::from_millis(300)).await;
    let departed = place.depart("/").await;
    place.provider.slow(Duration::from_mins(1));
    let began = Instant::now();
    refused(&place.come_back(&departed).await, "silence");
    let other = Place::patient(Duration::from_millis(300)).await;
    other.provider.slow(Duration::from_mins(1));
    // More than have a turn.
    let asked = (0..20).map(|_| other.follow_link("/"));
    for answer in futures::future::join_all(asked).await {
        refused(&answer, "silence");
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let alive = Request::new("GET", "/healthz").send(other.host.address).await;
    assert_eq!(alive.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_provider_publishes_has_to_be_its_own() {
    let place = Place::start().await;
    place.provider.publish(|document| document["issuer"] = "https://evil.example".into());
    refused(&place.follow_link("/").await, "answer");
    place.provider.publish(|document| document["jwks_uri"] = "nowhere".into());
    refused(&place.follow_link("/").await, "answer");
    // Some want the secret in the form.
    place.provider.publish(|document| {
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    });
    place.let_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_breaks_it_off_can_begin_again() {
    let place = Place::start().await;
    let departed = place.depart("/sessions?status=failed").await;
    let state = &departed.query["state"];
    let denied = format!("/login/openid/return?error=access_denied&state={state}");
    let answer = place.get(&denied, &departed.cookie).await;
    refused(&answer, "broken-off");
    assert!(answer.header("location").unwrap().ends_with("&next=%2Fsessions%3Fstatus%3Dfailed"), "{answer:?}");
    let back = place.provider.signed_in(&departed.query);
    let back = back.strip_prefix(SERVICE).unwrap();
    let other = place.get(&format!("{back}&iss=https%3A%2F%2Fevil.example"), &departed.cookie).await;
    refused(&other, "answer");
    let own: String = url::form_urlencoded::byte_serialize(place.provider.issuer.as_bytes()).collect();
    assert!(visit(&place.get(&format!("{back}&iss={own}"), &departed.cookie).await).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_leads_nowhere_else() {
    let place = Place::start().await;
    for elsewhere in
        ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y", "", "a"]
    {
        let answer = place.come_back(&place.depart(elsewhere).await).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{elsewhere:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_not_tried_often() {
    let provider = Provider::start().await;
    let openid = provider.agreed(SERVICE, Duration::from_secs(10));
    let host = Host::with(|settings| (settings.openid, settings.guesses_per_minute) = (Some(openid), 3)).await;
    let place = Place { host, provider };
    let departed = place.depart("/").await;
    let guess = format!("/login/openid/return?code=guess&state={}", departed.query["state"]);
    for _ in 0..3 {
        refused(&place.get(&guess, &departed.cookie).await, "lost");
    }
    refused(&place.get(&guess, &departed.cookie).await, "often");
    assert_eq!(place.provider.asked().1, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_provider_there_is_no_way_to_one() {
    let host = Host::start().await;
    for path in ["/login/openid", "/login/openid/return?code=x&state=y"] {
        assert_eq!(Request::new("GET", path).send(host.address).await.status, 404, "{path}");
    }
    let page = Request::new("GET", "/login").send(host.address).await;
    assert!(!page.text().contains("/login/openid"), "{}", page.text());
}

/// What was written to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_code_or_token_is_in_the_log() {
    let log = Log::default();
    // Of all tests, because what is logged on no matter which thread counts.
    tracing_subscriber::fmt().with_env_filter("debug,stepreel=trace").with_writer(log.clone()).init();
    let place = Place::start().await;
    let mut secrets = vec![SECRET.to_owned(), "canary".to_owned()];
    let mut go = async |expected: Option<&str>| {
        let departed = place.depart("/sessions").await;
        let answer = place.come_back(&departed).await;
        match expected {
            Some(reason) => refused(&answer, reason),
            None => secrets.push(visit(&answer).unwrap().split_once('=').unwrap().1.to_owned()),
        }
        let told = ["state", "nonce", "code_challenge"].map(|name| departed.query[name].clone());
        secrets.extend(told.into_iter().chain([departed.cookie.split_once('=').unwrap().1.to_owned()]));
        let replayed = place.come_back(&Departed { cookie: departed.cookie, query: departed.query }).await;
        assert_eq!(replayed.status, 303);
    };
    go(None).await;
    place.provider.person(json!({"sub": "9", "email": "eve@acme.example"}));
    go(Some("stranger")).await;
    place.provider.lie(|claims| claims["nonce"] = "wrong".into());
    go(Some("answer")).await;
    place.provider.forge(Signer::Hmac);
    go(Some("answer")).await;
    place.provider.break_down();
    go(Some("silence")).await;
    secrets.extend(place.provider.secrets());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for told in ["is no user here", "nobody can sign in", "could not sign in", "/login/openid/return"] {
        assert!(log.contains(told), "{told} is in the log: {log}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}
