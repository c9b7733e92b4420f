//! Clients that others wrote, unmodified, behind a network that breaks.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio::io::{AsyncReadExt, copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::host::{Host, recording};

const PYTHON: &str = "
import sys; sys.path.insert(0, sys.argv[1] + '/py')
from tusclient import client
tus = client.TusClient(sys.argv[2], headers={'Authorization': 'Bearer ' + sys.argv[3]})
tus.uploader(sys.argv[4], chunk_size=200_000, retries=10, retry_delay=0.2, metadata={'title': 'tuspy'}).upload()
";

const NODE: &str = "
const [folder, endpoint, token, file] = process.argv.slice(1);
const tus = require(folder + '/node_modules/tus-js-client'), fs = require('fs');
new tus.Upload(fs.createReadStream(file), {
  endpoint, headers: { Authorization: 'Bearer ' + token }, uploadSize: fs.statSync(file).size, chunkSize: 200000,
  retryDelays: [100, 200, 400, 800, 1600], metadata: { title: 'tus-js-client' },
  onError: (error) => { console.error(error); process.exit(1) },
}).start();
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes tuspy in $TUS_CLIENTS/py and tus-js-client in $TUS_CLIENTS/node_modules"]
async fn tuspy_and_tus_js_client_upload_over_a_network_that_breaks_by_hand() {
    let clients = std::env::var("TUS_CLIENTS").unwrap();
    let host = Host::start().await;
    for (seed, program, flag, script) in [(1, "python3", "-c", PYTHON), (2, "node", "-e", NODE)] {
        let content = recording(1_500_000, seed);
        let file = host.folder().join("work.mp4");
        std::fs::write(&file, &content).unwrap();
        let endpoint = format!("http://{}/api/v1/uploads", breaking(host.address).await);
        run(program, flag, script, &clients, &endpoint, &host.token, file).await;
        assert!(host.has_recording(&content).await, "{program}");
    }
}

async fn run(program: &str, flag: &str, script: &str, clients: &str, endpoint: &str, token: &str, file: PathBuf) {
    let mut command = Command::new(program);
    command.args([flag, script, clients, endpoint, token]).arg(Path::new(&file));
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

/// A way to the server on which every third connection breaks after 90,000 bytes.
async fn breaking(server: SocketAddr) -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        for count in 0.. {
            let (mut client, _) = socket.accept().await.unwrap();
            let mut onward = TcpStream::connect(server).await.unwrap();
            tokio::spawn(async move {
                if count % 3 == 1 {
                    let ((from_client, mut to_client), (mut from_server, mut to_server)) =
                        (client.split(), onward.split());
                    let mut some = from_client.take(90_000);
                    tokio::select! {
                        _ = copy(&mut some, &mut to_server) => {}
                        _ = copy(&mut from_server, &mut to_client) => {}
                    }
                } else {
                    let _ = copy_bidirectional(&mut client, &mut onward).await;
                }
            });
        }
    });
    address
}
