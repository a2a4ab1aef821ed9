//! The Echo service in tonic.

mod lines;
mod service;

use std::error::Error;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};

use service::echo::echo_server::EchoServer;

fn main() -> Result<(), Box<dyn Error>> {
    // On one core a runtime of one thread is the faster of tokio's two.
    let mut builder = if std::env::var("BENCH_THREADS").as_deref() == Ok("1") {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    builder.enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let mut server = Server::builder();
    if let (Ok(cert), Ok(key)) = (std::env::var("BENCH_TLS_CERT"), std::env::var("BENCH_TLS_KEY")) {
        let identity = Identity::from_pem(std::fs::read(cert)?, std::fs::read(key)?);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    // Only where a row asks for more streams on a connection than any server would allow.
    if let Ok(streams) = std::env::var("BENCH_STREAMS") {
        server = server.max_concurrent_streams(streams.parse::<u32>()?);
    }
    lines::answer(port);
    server
        .tcp_nodelay(true)
        .add_service(EchoServer::new(service::EchoService))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await?;
    Ok(())
}
