package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.readAll;
import static gantry.compat.ProducerScenarios.sent;
import static gantry.compat.ProducerScenarios.text;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Delay levels; timers and their recall, which only clients of the 5.x line know. */
final class DelayScenarios {
    private DelayScenarios() {
    }

    private static void delivered(Report report, MessageExt message) {
        Map<String, String> properties = message.getProperties();
        report.line("received", "body", text(message), "tags", message.getTags(), "keys", message.getKeys(),
            "queueId", message.getQueueId(), "queueOffset", message.getQueueOffset(), "flag", message.getFlag(),
            "colour", message.getUserProperty("colour"), "reconsumeTimes", message.getReconsumeTimes(),
            "waited", message.getStoreTimestamp() - message.getBornTimestamp(), "stored", message.getStoreTimestamp(),
            "delay", properties.get("DELAY"), "realTopic", properties.get("REAL_TOPIC"), "realQid", properties.get("REAL_QID"),
            "outMs", properties.get("TIMER_OUT_MS"), "enqueueMs", properties.get("TIMER_ENQUEUE_MS"),
            "dequeueMs", properties.get("TIMER_DEQUEUE_MS"));
    }

    static void levels(Target target, Report report) throws Exception {
        String topic = target.topic("levels", 1);
        target.producer(producer -> {
            for (int i = 0; i < 9; i++) {
                Message message = new Message(topic, "TagA", "key-" + i, bytes("level " + (3 - i % 3) + "/" + i));
                message.setDelayTimeLevel(3 - i % 3);
                message.setFlag(7);
                message.putUserProperty("colour", "red");
                sent(report, producer.send(message), text(message));
            }
            Message now = new Message(topic, bytes("at once"));
            sent(report, producer.send(now), "at once");
        });
        for (MessageExt message : readAll(target, topic, 10)) delivered(report, message);
        target.admin(admin -> {
            Map<String, String> table = admin.fetchBrokerRuntimeStats(target.broker).getTable();
            for (int level = 1; level <= 3; level++)
                report.line("progress", "level", level, "offsets", table.get("scheduleMessageOffset_" + level));
        });
    }

    private static String text(Message message) {
        return new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void set(Message message, String method, long value) throws Exception {
        message.getClass().getMethod(method, long.class).invoke(message, value);
    }

    private static String handleOf(SendResult result) throws Exception {
        return (String) result.getClass().getMethod("getRecallHandle").invoke(result);
    }

    private static void recall(DefaultMQProducer producer, Report report, String topic, String handle, String what)
        throws Exception {
        try {
            Object id = producer.getClass().getMethod("recallMessage", String.class, String.class).invoke(producer, topic, handle);
            report.line("recalled", "what", what, "id", id);
        } catch (InvocationTargetException refusal) {
            report.line("refused", "what", what, "text", refusal.getCause().toString());
        }
    }

    static void timers(Target target, Report report) throws Exception {
        String topic = target.topic("timers", 1);
        target.producer(producer -> {
            long start = System.currentTimeMillis();
            Object[][] plan = {{"setDelayTimeSec", 2L, 2000L}, {"setDelayTimeMs", 1700L, 1700L}, {"setDeliverTimeMs", start + 3300, 3300L}};
            for (Object[] one : plan) {
                Message message = new Message(topic, "TagT", "key", bytes((String) one[0]));
                message.putUserProperty("colour", "blue");
                set(message, (String) one[0], (Long) one[1]);
                long before = System.currentTimeMillis();
                SendResult result = producer.send(message);
                sent(report, result, (String) one[0]);
                report.line("asked", "body", one[0], "notBefore", one[0].equals("setDeliverTimeMs") ? (Long) one[1] : before + (Long) one[2],
                    "hasHandle", handleOf(result) != null);
            }
            Message past = new Message(topic, bytes("past"));
            set(past, "setDeliverTimeMs", start - 1000);
            SendResult result = producer.send(past);
            report.line("asked", "body", "past", "notBefore", 0, "hasHandle", handleOf(result) != null);
            Message far = new Message(topic, bytes("far"));
            set(far, "setDelayTimeSec", 259_201);
            try {
                producer.send(far);
            } catch (Exception refusal) {
                report.line("refused", "what", "far", "text", refusal.toString());
            }
        });
        for (MessageExt message : readAll(target, topic, 4)) delivered(report, message);
    }

    static void recall(Target target, Report report) throws Exception {
        String topic = target.topic("recall", 1);
        target.producer(producer -> {
            long at = System.currentTimeMillis() + 4000;
            String handle = null;
            for (String body : new String[] {"stays", "goes", "stays too"}) {
                Message message = new Message(topic, bytes(body));
                set(message, "setDeliverTimeMs", at);
                SendResult result = producer.send(message);
                sent(report, result, body);
                if (body.equals("goes")) handle = handleOf(result);
            }
            recall(producer, report, topic, handle, "goes");
            Message last = new Message(topic, bytes("last"));
            set(last, "setDeliverTimeMs", at + 2000);
            producer.send(last);
            List<MessageExt> all = readAll(target, topic, 3);
            for (MessageExt message : all) delivered(report, message);
            recall(producer, report, topic, handle, "late");
        });
    }

    static void recallOff(Target target, Report report) throws Exception {
        String topic = target.topic("recallOff", 1);
        target.producer(producer -> {
            Message message = new Message(topic, bytes("x"));
            set(message, "setDelayTimeMs", 60_000);
            recall(producer, report, topic, handleOf(producer.send(message)), "off");
        });
    }
}
