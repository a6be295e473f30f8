import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/**
 * A server that speaks MongoDB's protocol and keeps everything in memory. Ends when
 * its standard input does, so that it never outlives who started it.
 */
public class Server {
  public static void main(String[] args) throws Exception {
    MongoServer server = new MongoServer(new MemoryBackend());
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Nothing is ever said.
    }
    Runtime.getRuntime().halt(0);
  }
}
