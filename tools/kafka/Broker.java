import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * One Kafka node, broker and controller at once, on a folder of its own. Ends when
 * its standard input does, so that it never outlives who started it.
 */
public class Broker {
  public static void main(String[] args) throws Exception {
    String properties = args[0];
    String clusterId = args[1];
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code = kafka.tools.StorageTool.execute(
        new String[] {"format", "--ignore-formatted", "-t", clusterId, "-c", properties},
        new PrintStream(said));
    if (code != 0) {
      System.err.println(said);
      System.exit(code);
    }
    Thread broker = new Thread(() -> kafka.Kafka.main(new String[] {properties}));
    broker.setDaemon(true);
    broker.start();
    while (System.in.read() >= 0) {
      // Nothing is ever said.
    }
    Runtime.getRuntime().halt(0);
  }
}
