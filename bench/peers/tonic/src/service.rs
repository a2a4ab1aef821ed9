use std::pin::Pin;

use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

pub mod echo {
    tonic::include_proto!("peregrine.test");
}

use echo::{echo_server::Echo, EchoRequest, EchoResponse, EchoSummary};

type Responses = Pin<Box<dyn Stream<Item = Result<EchoResponse, Status>> + Send>>;

pub struct EchoService;

fn respond(request: EchoRequest) -> EchoResponse {
    EchoResponse { payload: request.payload, text: request.text, index: 0 }
}

#[tonic::async_trait]
impl Echo for EchoService {
    type ServerStreamStream = Responses;
    type BidiStream = Responses;

    async fn unary(&self, request: Request<EchoRequest>) -> Result<Response<EchoResponse>, Status> {
        Ok(Response::new(respond(request.into_inner())))
    }

    async fn server_stream(&self, request: Request<EchoRequest>) -> Result<Response<Responses>, Status> {
        let EchoRequest { payload, text, count, .. } = request.into_inner();
        let responses =
            (0..count).map(move |index| Ok(EchoResponse { payload: payload.clone(), text: text.clone(), index }));
        Ok(Response::new(Box::pin(tokio_stream::iter(responses))))
    }

    async fn client_stream(&self, request: Request<Streaming<EchoRequest>>) -> Result<Response<EchoSummary>, Status> {
        let mut requests = request.into_inner();
        let mut summary = EchoSummary::default();
        while let Some(request) = requests.message().await? {
            summary.count += 1;
            summary.payload_bytes += request.payload.len() as i64;
        }
        Ok(Response::new(summary))
    }

    async fn bidi(&self, request: Request<Streaming<EchoRequest>>) -> Result<Response<Responses>, Status> {
        let responses = request.into_inner().map(|request| request.map(respond));
        Ok(Response::new(Box::pin(responses)))
    }
}
