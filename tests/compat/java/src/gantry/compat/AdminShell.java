package gantry.compat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Many mqadmin commands in one JVM: each line of standard input is a command line (arguments
 * parted by tabs); a line that holds only the end marker follows the command's output.
 */
public final class AdminShell {
    private AdminShell() {
    }

    public static void main(String[] args) throws Exception {
        // mqadmin prints failures as stack traces; they belong to the command's output.
        System.setErr(System.out);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            MQAdminStartup.main(line.split("\t"));
            // Not every command ends its last line.
            System.out.println("\n--- end of command ---");
        }
        System.exit(0);
    }
}
