// The servers: PORT [CERTIFICATE KEY].

import com.linecorp.armeria.common.TlsKeyPair
import com.linecorp.armeria.server.Server
import com.linecorp.armeria.server.grpc.GrpcService
import io.grpc.BindableService
import io.grpc.Grpc
import io.grpc.InsecureServerCredentials
import io.grpc.ServerInterceptors
import io.grpc.ServerServiceDefinition
import io.grpc.Status
import io.grpc.StatusException
import io.grpc.TlsServerCredentials
import io.grpc.kotlin.ServerCalls.bidiStreamingServerMethodDefinition
import io.grpc.kotlin.ServerCalls.clientStreamingServerMethodDefinition
import io.grpc.kotlin.ServerCalls.serverStreamingServerMethodDefinition
import io.grpc.kotlin.ServerCalls.unaryServerMethodDefinition
import io.grpc.testing.integration.Messages.EchoStatus
import io.grpc.testing.integration.Messages.SimpleRequest
import io.grpc.testing.integration.Messages.SimpleResponse
import io.grpc.testing.integration.Messages.StreamingInputCallRequest
import io.grpc.testing.integration.Messages.StreamingInputCallResponse
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse
import io.grpc.testing.integration.TestServiceGrpc
import io.grpc.testing.integration.TestServiceImpl
import java.io.File
import java.net.InetSocketAddress
import java.util.concurrent.Executors
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

private fun end(status: EchoStatus) {
  if (status.code != 0) throw StatusException(Status.fromCodeValue(status.code).withDescription(status.message))
}

private fun respond(request: StreamingOutputCallRequest): Flow<StreamingOutputCallResponse> = flow {
  for (asked in request.responseParametersList) {
    delay(asked.intervalUs / 1000L)
    emit(StreamingOutputCallResponse.newBuilder().setPayload(payload(asked.size)).build())
  }
  end(request.responseStatus)
}

private fun unary(request: SimpleRequest): SimpleResponse {
  end(request.responseStatus)
  val response = SimpleResponse.newBuilder().setPayload(payload(request.responseSize))
  if (request.fillServerId) response.serverId = "kotlin-${ProcessHandle.current().pid()}"
  return response.build()
}

private suspend fun total(requests: Flow<StreamingInputCallRequest>): StreamingInputCallResponse {
  var size = 0
  requests.collect { size += it.payload.body.size() }
  return StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size).build()
}

private fun duplex(requests: Flow<StreamingOutputCallRequest>) = flow { requests.collect { emitAll(respond(it)) } }

private object Handlers : BindableService {
  private val context = Dispatchers.Default

  override fun bindService(): ServerServiceDefinition =
    ServerServiceDefinition.builder(TestServiceGrpc.SERVICE_NAME)
      .addMethod(unaryServerMethodDefinition(context, TestServiceGrpc.getEmptyCallMethod()) { it })
      .addMethod(unaryServerMethodDefinition(context, TestServiceGrpc.getUnaryCallMethod(), ::unary))
      .addMethod(
        serverStreamingServerMethodDefinition(context, TestServiceGrpc.getStreamingOutputCallMethod(), ::respond)
      )
      .addMethod(clientStreamingServerMethodDefinition(context, TestServiceGrpc.getStreamingInputCallMethod(), ::total))
      .addMethod(bidiStreamingServerMethodDefinition(context, TestServiceGrpc.getFullDuplexCallMethod(), ::duplex))
      .build()
}

/** grpc-kotlin on grpc-java's transport. */
object KotlinServer {
  @JvmStatic
  fun main(args: Array<String>) {
    val credentials =
      if (args.size > 1) TlsServerCredentials.create(File(args[1]), File(args[2])) else InsecureServerCredentials.create()
    // The official interceptors echo the metadata.
    val service = ServerInterceptors.intercept(Handlers.bindService(), TestServiceImpl.interceptors())
    Grpc.newServerBuilderForPort(args[0].toInt(), credentials).addService(service).build().start().awaitTermination()
  }
}

/** The official handlers of grpc-java on Armeria's transport. */
object ArmeriaServer {
  @JvmStatic
  fun main(args: Array<String>) {
    val address = InetSocketAddress("127.0.0.1", args[0].toInt())
    val builder = Server.builder()
    if (args.size > 1) builder.https(address).tls(TlsKeyPair.of(File(args[2]), File(args[1]))) else builder.http(address)
    val handlers = TestServiceImpl(Executors.newSingleThreadScheduledExecutor())
    val service = ServerInterceptors.intercept(handlers, TestServiceImpl.interceptors())
    builder.service(GrpcService.builder().addService(service).build()).build().start().join()
  }
}
