package gantry.compat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Messages that every client of the interop test sends, as `tests/compat/grpc/interopPlan.ts` writes them. */
public final class InteropPlan {
    public final String topic;
    public final byte[] body;
    /** Empty: none; so are `group` and `keys`. */
    public final String tag;
    public final String[] keys;
    public final Map<String, String> properties = new LinkedHashMap<>();
    public final String group;
    /** 0: at once. */
    public final long delayMs;

    private InteropPlan(String[] cells) {
        topic = cells[0];
        body = cells[1].repeat(Integer.parseInt(cells[2])).getBytes(StandardCharsets.UTF_8);
        tag = cells[3];
        keys = cells[4].isEmpty() ? new String[0] : cells[4].split(" ");
        for (String pair : cells[5].split(";")) properties.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        group = cells[6];
        delayMs = Long.parseLong(cells[7]);
    }

    /** Of the file that the property `plan` names. */
    public static List<InteropPlan> read() throws Exception {
        List<InteropPlan> plan = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(System.getProperty("plan")))) plan.add(new InteropPlan(line.split("\t", -1)));
        return plan;
    }

    public String name() {
        return properties.get("name");
    }

    /** Lists in properties are parted by commas. */
    public static String[] list(String property) {
        return System.getProperty(property).split(",");
    }

    public static void sent(Report report, InteropPlan message, String msgId, long dueMs) {
        report.line("sent", "name", message.name(), "msgId", msgId, "due", dueMs);
    }

    /** Of what was received: the same columns whatever client it came by. */
    public static void received(Report report, String topic, byte[] body, String tag, String keys,
        Map<String, String> properties, String group, String msgId, int attempt) throws Exception {
        StringBuilder sha1 = new StringBuilder();
        for (byte each : MessageDigest.getInstance("SHA-1").digest(body)) sha1.append(String.format("%02x", each));
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(properties).forEach((key, value) -> pairs.add(key + "=" + value));
        report.line("received", "name", properties.get("name"), "topic", topic, "size", body.length, "sha1", sha1,
            "tag", tag == null ? "" : tag, "keys", keys == null ? "" : keys, "properties", String.join(";", pairs),
            "group", group == null ? "" : group, "msgId", msgId, "attempt", attempt, "at", System.currentTimeMillis());
    }
}
