//! Messages to a server that takes them, is slow, refuses, or sends on.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use stepreel_webhooks::{Destination, Message, NotDelivered, Reach, Secret, Sender};

const PATIENCE: Duration = Duration::from_millis(700);

/// A server that answers each request in that way; gives what it was asked.
fn server(answer: &'static str, pause: Duration) -> (SocketAddr, Receiver<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let (told, asked) = channel();
    thread::spawn(move || {
        for stream in socket.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let begin = head.len();
                stream.read_line(&mut head).unwrap();
                let line = head[begin..].to_ascii_lowercase();
                length = line.strip_prefix("content-length:").map_or(length, |rest| rest.trim().parse().unwrap());
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            thread::sleep(pause);
            let _ = stream.get_mut().write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").as_bytes());
            told.send(head + &String::from_utf8(body).unwrap()).unwrap();
        }
    });
    (address, asked)
}

fn send(reach: Reach, url: &str) -> Result<u16, NotDelivered> {
    let destination = Destination::read(url, Reach::Anywhere).unwrap();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse::<Secret>().unwrap();
    let message =
        Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: br#"{"test": 2432232314}"# };
    Sender::new(reach, PATIENCE).send(&destination, &secret, message)
}

#[test]
fn a_message_arrives_with_its_id_time_and_signature() {
    let (address, asked) = server("204 No Content", Duration::ZERO);
    assert_eq!(send(Reach::Anywhere, &format!("http://{address}/hook?a=b")).unwrap(), 204);
    let request = asked.recv().unwrap();
    assert!(request.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{request}");
    let head = request.to_ascii_lowercase();
    for line in
        ["content-type: application/json", "webhook-id: msg_p5jxn8aqm9lwm0d4lokwxjek", "webhook-timestamp: 1614265330"]
    {
        assert!(head.contains(&format!("{line}\r\n")), "{line}: {request}");
    }
    assert!(request.contains("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n"), "{request}");
    assert!(request.ends_with(r#"{"test": 2432232314}"#), "{request}");
}

#[test]
fn what_is_not_taken_is_not_delivered() {
    let check = |answer, is: fn(&NotDelivered) -> bool| {
        let (address, _asked) = server(answer, Duration::ZERO);
        let error = send(Reach::Anywhere, &format!("http://{address}/")).unwrap_err();
        assert!(is(&error), "{answer}: {error:?}");
    };
    check("500 Oh", |error| matches!(error, NotDelivered::Status(500)));
    check("404 No", |error| matches!(error, NotDelivered::Status(404)));
    check("410 Gone", |error| matches!(error, NotDelivered::Gone));
}

#[test]
fn a_redirect_is_not_followed() {
    let (address, asked) = server("302 Found\r\nLocation: http://127.0.0.1:1/secret", Duration::ZERO);
    let error = send(Reach::Anywhere, &format!("http://{address}/")).unwrap_err();
    assert!(matches!(error, NotDelivered::Status(302)), "{error:?}");
    assert!(asked.recv().is_ok() && asked.try_recv().is_err(), "it was asked once, and nobody else");
}

#[test]
fn a_slow_server_is_waited_for_only_so_long() {
    let (address, _asked) = server("204 No Content", Duration::from_secs(5));
    let began = Instant::now();
    let error = send(Reach::Anywhere, &format!("http://{address}/")).unwrap_err();
    assert!(matches!(error, NotDelivered::Silence(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn nothing_goes_to_a_private_address_whatever_its_name() {
    let (address, asked) = server("204 No Content", Duration::ZERO);
    // The name is judged by what it resolves to.
    for host in ["localhost", "127.0.0.1"] {
        let error = send(Reach::Public, &format!("http://{host}:{}/", address.port())).unwrap_err();
        assert!(matches!(error, NotDelivered::Private), "{host}: {error:?}");
    }
    assert!(asked.recv_timeout(Duration::from_millis(200)).is_err(), "nobody connected");
}

#[test]
fn nobody_there_is_silence() {
    let error = send(Reach::Anywhere, "http://127.0.0.1:1/").unwrap_err();
    assert!(matches!(error, NotDelivered::Silence(_)), "{error:?}");
}
