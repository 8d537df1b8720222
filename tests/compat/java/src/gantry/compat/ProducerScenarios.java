package gantry.compat;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.rocketmq.client.QueryResult;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

final class ProducerScenarios {
    private ProducerScenarios() {
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(MessageExt message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    static void sent(Report report, SendResult result, String body) {
        report.line("sent", "body", body, "status", result.getSendStatus(), "msgId", result.getMsgId(),
            "offsetMsgId", result.getOffsetMsgId(), "queueId", result.getMessageQueue().getQueueId(),
            "queueOffset", result.getQueueOffset());
    }

    static void received(Report report, MessageExt message) {
        report.line("received", "body", text(message), "msgId", message.getMsgId(),
            "queueId", message.getQueueId(), "queueOffset", message.getQueueOffset(),
            "tags", message.getTags(), "keys", message.getKeys(), "flag", message.getFlag(),
            "reconsumeTimes", message.getReconsumeTimes(), "colour", message.getUserProperty("colour"));
    }

    /** Reads whole queues, without a group's offsets: the log as it is. */
    static List<MessageExt> readAll(Target target, String topic, int expected) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(target.name("readers"));
        consumer.setNamesrvAddr(target.namesrv);
        consumer.setInstanceName(topic);
        consumer.start();
        List<MessageExt> all = new ArrayList<>();
        Map<MessageQueue, Long> next = new HashMap<>();
        Target.until(expected + " messages in " + topic, () -> {
            try {
                for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(topic)) {
                    PullResult pulled = consumer.pull(queue, "*", next.getOrDefault(queue, 0L), 32);
                    if (pulled.getPullStatus() == PullStatus.FOUND) all.addAll(pulled.getMsgFoundList());
                    next.put(queue, pulled.getNextBeginOffset());
                }
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
            return all.size() >= expected;
        });
        consumer.shutdown();
        return all;
    }

    static void batch(Target target, Report report) throws Exception {
        String topic = target.topic("batch", 2);
        target.producer(producer -> {
            for (int b = 0; b < 5; b++) {
                List<Message> batch = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    Message message = new Message(topic, "Tag" + i % 2, "key-" + b, bytes("batch " + b + "/" + i));
                    message.putUserProperty("colour", "blue");
                    batch.add(message);
                }
                sent(report, producer.send(batch), "batch " + b);
            }
        });
        for (MessageExt message : readAll(target, topic, 100)) received(report, message);
    }

    static void oneway(Target target, Report report) throws Exception {
        String topic = target.topic("oneway", 4);
        target.producer(producer -> {
            for (int i = 0; i < 100; i++) producer.sendOneway(new Message(topic, bytes("one-way " + i)));
            for (MessageExt message : readAll(target, topic, 100)) received(report, message);
        });
    }

    static void chosenQueue(Target target, Report report) throws Exception {
        String topic = target.topic("chosenQueue", 4);
        target.producer(producer -> {
            for (int i = 0; i < 200; i++) {
                Message message = new Message(topic, "TagA", "key-" + i, bytes("message " + i));
                message.putUserProperty("colour", "红色");
                message.setFlag(7);
                SendResult result = producer.send(message, (queues, shipped, id) -> queues.get((Integer) id % 4), i);
                sent(report, result, "message " + i);
            }
        });
        for (MessageExt message : readAll(target, topic, 200)) received(report, message);
    }

    static void compressed(Target target, Report report) throws Exception {
        String topic = target.topic("compressed", 1);
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 5000; i++) body.append((char) ('a' + i % 26));
        String large = body.append("末").toString();
        target.producer(producer -> sent(report, producer.send(new Message(topic, bytes(large))), large));
        MessageExt message = readAll(target, topic, 1).get(0);
        received(report, message);
        // The client inflates the body but leaves the size as it was stored.
        report.line("stored", "storeSize", message.getStoreSize());
    }

    static void offsets(Target target, Report report) throws Exception {
        String topic = target.topic("offsets", 1);
        target.producer(producer -> {
            for (int i = 0; i < 20; i++) {
                // Two store times that surely differ, so that there is a time between them.
                if (i == 10) Thread.sleep(50);
                sent(report, producer.send(new Message(topic, "TagA", "key-" + i, bytes("message " + i))), "message " + i);
            }
        });
        List<MessageExt> stored = readAll(target, topic, 20);
        MessageQueue queue = new MessageQueue(topic, stored.get(0).getBrokerName(), 0);
        target.admin(admin -> {
            long before = stored.get(9).getStoreTimestamp();
            long after = stored.get(10).getStoreTimestamp();
            report.line("offsets", "min", admin.minOffset(queue), "max", admin.maxOffset(queue),
                "atFirst", admin.searchOffset(queue, stored.get(0).getStoreTimestamp()),
                "between", admin.searchOffset(queue, (before + after) / 2),
                "atSecondHalf", admin.searchOffset(queue, after), "longAgo", admin.searchOffset(queue, 1),
                "earliest", admin.earliestMsgStoreTime(queue), "firstStoreTime", stored.get(0).getStoreTimestamp());
        });
    }

    static void queries(Target target, Report report) throws Exception {
        String topic = target.topic("queries", 1);
        List<SendResult> results = new ArrayList<>();
        target.producer(producer -> {
            for (int i = 0; i < 5; i++) {
                Message message = new Message(topic, "TagA", bytes("message " + i));
                message.setKeys(Arrays.asList("key-" + i, "every-second-" + i % 2));
                results.add(producer.send(message));
            }
        });
        target.admin(admin -> {
            MessageExt byOffsetId = admin.viewMessage(topic, results.get(3).getOffsetMsgId());
            report.line("byOffsetId", "body", text(byOffsetId));
            report.line("byUniqueId", "body", text(eventually(() -> admin.viewMessage(topic, results.get(2).getMsgId()))));
            long future = System.currentTimeMillis() + 3_600_000;
            QueryResult byKey = eventually(() -> admin.queryMessage(topic, "every-second-1", 32, 0, future));
            for (MessageExt message : byKey.getMessageList()) report.line("byKey", "body", text(message));
        });
    }

    /** Offsets by time where many messages have the same: those of a batch. */
    static void boundaries(Target target, Report report) throws Exception {
        String topic = target.topic("boundaries", 1);
        target.producer(producer -> {
            for (int b = 0; b < 2; b++) {
                List<Message> batch = new ArrayList<>();
                for (int i = 0; i < 4; i++) batch.add(new Message(topic, "TagA", bytes("message " + (b * 4 + i))));
                producer.send(batch);
                Thread.sleep(50);
            }
        });
        List<MessageExt> stored = readAll(target, topic, 8);
        long first = stored.get(0).getStoreTimestamp();
        long second = stored.get(4).getStoreTimestamp();
        MessageQueue queue = new MessageQueue(topic, stored.get(0).getBrokerName(), 0);
        target.admin(admin -> {
            long[] times = {first - 1000, first, (first + second) / 2, second, second + 1000};
            for (String boundary : new String[] {"Lower", "Upper"}) {
                List<Object> found = new ArrayList<>();
                try {
                    Method search = admin.getClass().getMethod("search" + boundary + "BoundaryOffset", MessageQueue.class, long.class);
                    for (long time : times) found.add(search.invoke(admin, queue, time));
                } catch (NoSuchMethodException of4x) {
                    // Clients of the 4.9 line know one boundary only.
                }
                report.line("boundary", "kind", boundary, "offsets", found.toString());
            }
        });
    }

    /** Queries of a time range, and of what is not there. Times are further apart than the seconds stock indexes by. */
    static void ranges(Target target, Report report) throws Exception {
        String topic = target.topic("ranges", 1);
        target.producer(producer -> {
            for (int i = 0; i < 3; i++) {
                if (i > 0) Thread.sleep(3100);
                producer.send(new Message(topic, "TagA", "range", bytes("message " + i)));
            }
        });
        List<MessageExt> stored = readAll(target, topic, 3);
        long middle = stored.get(1).getStoreTimestamp();
        long later = middle + 3_600_000;
        target.admin(admin -> {
            eventually(() -> admin.queryMessage(topic, "range", 32, middle + 1500, later));
            long[][] ranges = {{0, later}, {middle - 1500, middle + 1500}, {0, middle + 1500}, {middle - 1500, later},
                {middle + 1200, middle + 1600}, {0, middle - 3_600_000}};
            for (long[] range : ranges) report.line("range", "found", found(admin, topic, "range", 32, range));
            report.line("range", "found", found(admin, topic, "range", 2, ranges[0]));
            report.line("range", "found", found(admin, topic, "no such key", 32, ranges[0]));
            String offsetId = ((MessageClientExt) stored.get(1)).getOffsetMsgId();
            String inside = offsetId.substring(0, 31) + (offsetId.endsWith("F") ? "0" : "F");
            for (String wrong : new String[] {inside, "not an id"}) {
                Object outcome;
                try {
                    outcome = admin.viewMessage(topic, wrong);
                } catch (Exception refusal) {
                    outcome = refusal.getClass().getSimpleName();
                }
                report.line("wrongId", "outcome", String.valueOf(outcome));
            }
        });
    }

    /** Bodies as the client gave them, or the code of its refusal. */
    private static String found(DefaultMQAdminExt admin, String topic, String key, int maxNum, long[] range) throws Exception {
        try {
            List<String> bodies = new ArrayList<>();
            for (MessageExt message : admin.queryMessage(topic, key, maxNum, range[0], range[1]).getMessageList())
                bodies.add(text(message));
            return bodies.toString();
        } catch (MQClientException refusal) {
            return String.valueOf(refusal.getResponseCode());
        }
    }

    /** The index is written behind the log. */
    private static <T> T eventually(Callable<T> query) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return query.call();
            } catch (Exception notYet) {
                if (attempt == 50) throw notYet;
                Thread.sleep(100);
            }
        }
    }
}
