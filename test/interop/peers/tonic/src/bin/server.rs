//! grpc.testing.TestService on tonic, with the flags of the official servers.

use std::pin::Pin;
use std::time::Duration;

use peregrine_interop_tonic::testing::test_service_server::{TestService, TestServiceServer};
use peregrine_interop_tonic::testing::*;
use peregrine_interop_tonic::{flags, payload, trailers::EchoTrailersLayer, INITIAL_KEY};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::Stream;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::MetadataMap;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Code, Request, Response, Status, Streaming};

type Responses = Pin<Box<dyn Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send>>;
type Sender = mpsc::Sender<Result<StreamingOutputCallResponse, Status>>;

struct Handlers;

fn check(status: &Option<EchoStatus>) -> Result<(), Status> {
    match status {
        Some(EchoStatus { code, message }) if *code != 0 => Err(Status::new(Code::from(*code), message)),
        _ => Ok(()),
    }
}

/// Trailers of a call that ends OK cannot be set in a handler: `EchoTrailers` adds them.
fn echo_headers<T>(received: &MetadataMap, response: &mut Response<T>) {
    if let Some(value) = received.get(INITIAL_KEY) {
        response.metadata_mut().insert(INITIAL_KEY, value.clone());
    }
}

async fn respond(sender: &Sender, request: StreamingOutputCallRequest) -> Result<(), Status> {
    for parameters in request.response_parameters {
        tokio::time::sleep(Duration::from_micros(parameters.interval_us as u64)).await;
        let response =
            StreamingOutputCallResponse { payload: payload(parameters.size as usize), ..Default::default() };
        // Nobody listens any more when the call has ended.
        if sender.send(Ok(response)).await.is_err() {
            break;
        }
    }
    check(&request.response_status)
}

#[tonic::async_trait]
impl TestService for Handlers {
    type StreamingOutputCallStream = Responses;
    type FullDuplexCallStream = Responses;
    type HalfDuplexCallStream = Responses;

    async fn empty_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn unary_call(&self, request: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        check(&request.response_status)?;
        let server_id = if request.fill_server_id { format!("tonic-{}", std::process::id()) } else { String::new() };
        let message =
            SimpleResponse { payload: payload(request.response_size as usize), server_id, ..Default::default() };
        let mut response = Response::new(message);
        echo_headers(&metadata, &mut response);
        if !request.response_compressed.is_some_and(|asked| asked.value) {
            response.disable_compression();
        }
        Ok(response)
    }

    async fn cacheable_unary_call(&self, _: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Responses>, Status> {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            if let Err(status) = respond(&sender, request.into_inner()).await {
                let _ = sender.send(Err(status)).await;
            }
        });
        let mut response: Response<Responses> = Response::new(Box::pin(ReceiverStream::new(receiver)));
        response.disable_compression();
        Ok(response)
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = request.into_inner();
        let mut size = 0;
        while let Some(request) = requests.message().await? {
            size += request.payload.unwrap_or_default().body.len() as i32;
        }
        Ok(Response::new(StreamingInputCallResponse { aggregated_payload_size: size }))
    }

    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Responses>, Status> {
        let (metadata, _, mut requests) = request.into_parts();
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let result = async {
                while let Some(request) = requests.message().await? {
                    respond(&sender, request).await?;
                }
                Ok::<(), Status>(())
            };
            if let Err(status) = result.await {
                let _ = sender.send(Err(status)).await;
            }
        });
        let mut response: Response<Responses> = Response::new(Box::pin(ReceiverStream::new(receiver)));
        echo_headers(&metadata, &mut response);
        response.disable_compression();
        Ok(response)
    }

    async fn half_duplex_call(
        &self,
        _: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Responses>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn unimplemented_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flags = flags();
    let mut server = Server::builder();
    if flags.contains_key("use_tls") {
        let identity = Identity::from_pem(std::fs::read(&flags["tls_cert_file"])?, std::fs::read(&flags["tls_key_file"])?);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let service = TestServiceServer::new(Handlers).accept_compressed(Gzip).send_compressed(Gzip);
    server
        .layer(EchoTrailersLayer)
        .add_service(service)
        .serve(format!("127.0.0.1:{}", flags["port"]).parse()?)
        .await?;
    Ok(())
}
