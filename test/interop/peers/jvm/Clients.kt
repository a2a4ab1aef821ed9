// The clients, with the flags of the official ones.

import com.linecorp.armeria.client.ClientFactory
import com.linecorp.armeria.client.grpc.GrpcClients
import io.grpc.Channel
import io.grpc.Grpc
import io.grpc.InsecureChannelCredentials
import io.grpc.TlsChannelCredentials
import io.grpc.testing.integration.TestServiceGrpc.TestServiceBlockingStub
import java.io.File
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking

class Flags(args: Array<String>) {
  private val values = args.associate { arg -> arg.removePrefix("--").let { it.substringBefore('=') to it.substringAfter('=', "true") } }
  val host = values.getValue("server_host")
  val port = values.getValue("server_port").toInt()
  val case = values.getValue("test_case")
  val ca = values["ca_file"]?.let { File(it) }
}

/** Runs a case, and ends the process whatever threads of a library still run. */
fun runCase(run: suspend () -> Any) {
  try {
    runBlocking { run() }
  } catch (error: Throwable) {
    error.printStackTrace()
    exitProcess(1)
  }
  exitProcess(0)
}

/** On grpc-java's transport. */
object KotlinClient {
  @JvmStatic
  fun main(args: Array<String>) {
    val flags = Flags(args)
    val credentials =
      flags.ca?.let { TlsChannelCredentials.newBuilder().trustManager(it).build() }
        ?: InsecureChannelCredentials.create()
    val channel = Grpc.newChannelBuilderForAddress(flags.host, flags.port, credentials).build()
    runCase { Cases(channel).run(flags.case) }
  }
}

/** On Armeria's transport. */
object ArmeriaClient {
  @JvmStatic
  fun main(args: Array<String>) {
    val flags = Flags(args)
    val ca = flags.ca
    val factory =
      if (ca == null) ClientFactory.ofDefault()
      else ClientFactory.builder().tlsCustomizer { it.trustManager(ca) }.build()
    val scheme = if (ca == null) "http" else "https"
    val channel: Channel =
      GrpcClients.builder("gproto+$scheme://${flags.host}:${flags.port}/")
        .factory(factory)
        .build(TestServiceBlockingStub::class.java)
        .channel
    runCase { Cases(channel).run(flags.case) }
  }
}
