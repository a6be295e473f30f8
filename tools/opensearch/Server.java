import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One OpenSearch node on a folder of its own. Ends when its standard input does,
 * so that it never outlives who started it.
 */
public class Server {
  public static void main(String[] args) throws Exception {
    String folder = args[0];
    String httpPort = args[1];
    String transportPort = args[2];
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("network.host", "127.0.0.1");
      settings.put("http.port", httpPort);
      settings.put("transport.port", transportPort);
      settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
    }).build(OpenSearchRunner.newConfigs()
        .clusterName("shopfloor-test")
        .numOfNode(1)
        .basePath(folder)
        .disableESLogger());
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Nothing is ever said.
    }
    Runtime.getRuntime().halt(0);
  }
}
