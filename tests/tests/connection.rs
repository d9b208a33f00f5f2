//! A connection goes on after a refusal: phones refresh their token and ask again on the same one.

use fairwheel_tests::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Reads one answer: its status, and its body.
async fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the connection is open"));
    }
    let head = String::from_utf8(head).expect("a head is ASCII").to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.and_then(|length| length.parse().ok()).expect("a length")];
    stream.read_exact(&mut body).await.expect("a whole body");
    (head[9..12].parse().expect("a status"), String::from_utf8(body).expect("UTF-8"))
}

#[tokio::test]
async fn a_refusal_before_the_body_came_leaves_the_connection_open() {
    let mut app = TestApp::new().await;
    let base = app.serve().await;
    let address = base.trim_start_matches("http://");
    let body = r#"{"draw_type":"single"}"#;
    for (path, status) in [("/api/lottery/draw", 200), ("/api/none", 404)] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            stream.set_nodelay(true).expect("no delay");
            let length = body.len();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer none\r\nContent-Length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.expect("sent");
            // The head is there, and the server free to answer it.
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            stream.write_all(body.as_bytes()).await.expect("the server still listens");
            assert_eq!(answer(&mut stream).await.0, status);
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("the connection is open");
            assert_eq!(answer(&mut stream).await.0, 200);
        }
    }
}
