package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.text;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.AckCallback;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.impl.MQClientManager;
import org.apache.rocketmq.client.impl.consumer.DefaultMQPushConsumerImpl;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.common.constant.ConsumeInitMode;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageRequestMode;
import org.apache.rocketmq.remoting.protocol.admin.ConsumeStats;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;

/** Consumers that pop; compiled for clients of the 5.x line only. */
final class PopScenarios {
    private static final long TIMEOUT_MS = 30_000;

    private PopScenarios() {
    }

    private static void send(Target target, String topic, int count) throws Exception {
        target.producer(producer -> {
            for (int i = 0; i < count; i++) producer.send(new Message(topic, i % 2 == 0 ? "Even" : "Odd", "key-" + i, bytes("m" + i)));
        });
    }

    private static void delivered(Report report, MessageExt message) {
        String[] receipt = message.getProperty("POP_CK") == null ? new String[0] : message.getProperty("POP_CK").split(" ");
        report.line("delivered", "body", text(message), "topic", message.getTopic(), "msgId", message.getMsgId(),
            "tags", message.getTags(), "keys", message.getKeys(), "queueId", message.getQueueId(),
            "reconsumeTimes", message.getReconsumeTimes(), "words", receipt.length,
            "retry", receipt.length > 4 ? receipt[4] : "", "reviveQid", receipt.length > 4 ? receipt[3] : "",
            "firstPop", message.getProperty("1ST_POP_TIME") != null, "at", System.currentTimeMillis());
    }

    private static void setPop(Target target, String topic, String group, int share) throws Exception {
        target.admin(admin -> admin.setMessageRequestMode(target.broker, topic, group, MessageRequestMode.POP, share, TIMEOUT_MS));
    }

    private static DefaultMQPushConsumer popper(Target target, String topic, String group, MessageListenerConcurrently listener) throws Exception {
        DefaultMQPushConsumer consumer = target.pushConsumer(group);
        consumer.setClientRebalance(false);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(listener);
        // Its own steps begin with ten seconds.
        Method table = DefaultMQPushConsumerImpl.class.getDeclaredMethod("getPopDelayLevel");
        table.setAccessible(true);
        int[] steps = (int[]) table.invoke(consumer.getDefaultMQPushConsumerImpl());
        steps[0] = 1;
        steps[1] = 2;
        return consumer;
    }

    /** Two hundred messages by two members that share all queues; every fiftieth fails, one of them twice. */
    static void push(Target target, Report report) throws Exception {
        String topic = target.topic("popPush", 4);
        String group = target.name("poppers");
        setPop(target, topic, group, 0);
        AtomicInteger good = new AtomicInteger();
        MessageListenerConcurrently listener = (messages, context) -> {
            MessageExt message = messages.get(0);
            delivered(report, message);
            int wanted = text(message).equals("m100") ? 2 : text(message).endsWith("50") || text(message).equals("m0") ? 1 : 0;
            if (message.getReconsumeTimes() < wanted) return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            good.incrementAndGet();
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        };
        List<DefaultMQPushConsumer> members = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            DefaultMQPushConsumer member = popper(target, topic, group, listener);
            member.start();
            members.add(member);
        }
        send(target, topic, 200);
        Target.until("200 messages", () -> good.get() >= 200);
        target.admin(admin -> {
            Target.until("all acknowledged", () -> {
                try {
                    ConsumeStats stats = admin.examineConsumeStats(group, topic);
                    return stats.getOffsetTable().size() == 4 && stats.computeTotalDiff() == 0;
                } catch (Exception notYet) {
                    return false;
                }
            });
            report.line("progress", "diff", admin.examineConsumeStats(group, topic).computeTotalDiff(),
                "type", admin.examineConsumerConnectionInfo(group).getConsumeType());
        });
        for (DefaultMQPushConsumer member : members) member.shutdown();
    }

    /** The assignments themselves, of three members on four queues that share with one more. */
    static void share(Target target, Report report) throws Exception {
        String topic = target.topic("popShare", 4);
        String group = target.name("sharers");
        setPop(target, topic, group, 1);
        Set<String> got = ConcurrentHashMap.newKeySet();
        List<DefaultMQPushConsumer> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DefaultMQPushConsumer member = popper(target, topic, group, (messages, context) -> {
                for (MessageExt message : messages) got.add(text(message));
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
            member.start();
            members.add(member);
        }
        Target.until("three members that pop", () -> {
            for (DefaultMQPushConsumer member : members)
                if (queuesOf(member).size() < 2) return false;
            return true;
        });
        for (DefaultMQPushConsumer member : members) report.line("assigned", "queues", queuesOf(member).size());
        send(target, topic, 40);
        Target.until("40 messages", () -> got.size() >= 40);
        report.line("got", "count", got.size());
        for (DefaultMQPushConsumer member : members) member.shutdown();
    }

    private static Set<?> queuesOf(DefaultMQPushConsumer member) {
        return member.getDefaultMQPushConsumerImpl().getRebalanceImpl().getPopProcessQueueTable().keySet();
    }

    /** The calls below the consumers, as RocketMQ's own proxy makes them. */
    private static final class Api implements AutoCloseable {
        private final Target target;
        private final String topic;
        private final String group;
        private final MQClientInstance instance;
        private final MQClientAPIImpl api;

        Api(Target target, String topic, String group) throws Exception {
            this.target = target;
            this.topic = topic;
            this.group = group;
            ClientConfig config = new ClientConfig();
            config.setNamesrvAddr(target.namesrv);
            config.setInstanceName(target.name("api") + group);
            instance = MQClientManager.getInstance().getOrCreateMQClientInstance(config);
            instance.start();
            api = instance.getMQClientAPIImpl();
        }

        PopResult pop(boolean order, int count, long invisibleMs, long pollMs, String attemptId) throws Exception {
            PopMessageRequestHeader header = new PopMessageRequestHeader();
            header.setConsumerGroup(group);
            header.setTopic(topic);
            header.setQueueId(-1);
            header.setMaxMsgNums(count);
            header.setInvisibleTime(invisibleMs);
            header.setPollTime(pollMs);
            header.setBornTime(System.currentTimeMillis());
            header.setInitMode(ConsumeInitMode.MIN);
            header.setExpType("TAG");
            header.setExp("*");
            header.setOrder(order);
            if (attemptId != null) header.setAttemptId(attemptId);
            CompletableFuture<PopResult> future = new CompletableFuture<>();
            api.popMessageAsync("broker-a", target.broker, header, TIMEOUT_MS, new PopCallback() {
                @Override
                public void onSuccess(PopResult result) {
                    future.complete(result);
                }

                @Override
                public void onException(Throwable error) {
                    future.completeExceptionally(error);
                }
            });
            return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }

        private static AckCallback completing(CompletableFuture<AckResult> future) {
            return new AckCallback() {
                @Override
                public void onSuccess(AckResult result) {
                    future.complete(result);
                }

                @Override
                public void onException(Throwable error) {
                    future.completeExceptionally(error);
                }
            };
        }

        String ack(MessageExt message) throws Exception {
            String[] receipt = ExtraInfoUtil.split(message.getProperty("POP_CK"));
            AckMessageRequestHeader header = new AckMessageRequestHeader();
            header.setConsumerGroup(group);
            header.setTopic(ExtraInfoUtil.getRealTopic(receipt, topic, group));
            header.setQueueId(ExtraInfoUtil.getQueueId(receipt));
            header.setExtraInfo(message.getProperty("POP_CK"));
            header.setOffset(ExtraInfoUtil.getQueueOffset(receipt));
            CompletableFuture<AckResult> future = new CompletableFuture<>();
            api.ackMessageAsync(target.broker, TIMEOUT_MS, completing(future), header);
            return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS).getStatus().name();
        }

        String ackAll(List<MessageExt> messages) throws Exception {
            List<String> receipts = new ArrayList<>();
            for (MessageExt message : messages) receipts.add(message.getProperty("POP_CK"));
            CompletableFuture<AckResult> future = new CompletableFuture<>();
            api.batchAckMessageAsync(target.broker, TIMEOUT_MS, completing(future), topic, group, receipts);
            return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS).getStatus().name();
        }

        /** The new receipt. */
        String change(MessageExt message, long invisibleMs) throws Exception {
            String[] receipt = ExtraInfoUtil.split(message.getProperty("POP_CK"));
            ChangeInvisibleTimeRequestHeader header = new ChangeInvisibleTimeRequestHeader();
            header.setConsumerGroup(group);
            header.setTopic(ExtraInfoUtil.getRealTopic(receipt, topic, group));
            header.setQueueId(ExtraInfoUtil.getQueueId(receipt));
            header.setExtraInfo(message.getProperty("POP_CK"));
            header.setOffset(ExtraInfoUtil.getQueueOffset(receipt));
            header.setInvisibleTime(invisibleMs);
            CompletableFuture<AckResult> future = new CompletableFuture<>();
            api.changeInvisibleTimeAsync("broker-a", target.broker, header, TIMEOUT_MS, completing(future));
            return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS).getExtraInfo();
        }

        void popped(Report report, String what, PopResult result) {
            List<MessageExt> found = result.getMsgFoundList() == null ? List.of() : result.getMsgFoundList();
            List<String> bodies = new ArrayList<>();
            List<String> times = new ArrayList<>();
            for (MessageExt message : found) {
                bodies.add(text(message));
                times.add(String.valueOf(message.getReconsumeTimes()));
            }
            report.line("popped", "what", what, "status", result.getPopStatus().name(), "bodies", String.join(",", bodies),
                "times", String.join(",", times), "rest", result.getRestNum(),
                "reviveQid", found.isEmpty() ? "" : found.get(0).getProperty("POP_CK").split(" ")[3]);
        }

        @Override
        public void close() {
            instance.shutdown();
        }
    }

    /** A queue stands still until all of a pop is acknowledged, or its time is over. */
    static void orderly(Target target, Report report) throws Exception {
        String topic = target.topic("popOrderly", 1);
        send(target, topic, 5);
        try (Api api = new Api(target, topic, target.name("orderers"))) {
            PopResult first = api.pop(true, 3, 60_000, 0, "one");
            api.popped(report, "first", first);
            api.popped(report, "blocked", api.pop(true, 3, 60_000, 0, "two"));
            api.popped(report, "repeated", first = api.pop(true, 3, 3000, 0, "one"));
            report.line("ack", "status", api.ack(first.getMsgFoundList().get(0)));
            report.line("ack", "status", api.ack(first.getMsgFoundList().get(2)));
            PopResult again = api.pop(true, 3, 60_000, 15_000, "three");
            api.popped(report, "again", again);
            MessageExt m1 = again.getMsgFoundList().get(0);
            String[] changed = api.change(m1, 2000).split(" ");
            report.line("changed", "words", changed.length, "samePop", changed[1].equals(m1.getProperty("POP_CK").split(" ")[1]));
            for (MessageExt message : again.getMsgFoundList()) if (message != m1) api.ack(message);
            PopResult last = api.pop(true, 3, 60_000, 15_000, "four");
            api.popped(report, "last", last);
            for (MessageExt message : last.getMsgFoundList()) api.ack(message);
            api.popped(report, "rest", api.pop(true, 3, 60_000, 5000, "five"));
        }
    }

    /** Several receipts in one request; what they leave out comes back, and its change of time counts. */
    static void batchAck(Target target, Report report) throws Exception {
        String topic = target.topic("popBatchAck", 2);
        send(target, topic, 12);
        try (Api api = new Api(target, topic, target.name("batchers"))) {
            List<MessageExt> all = new ArrayList<>();
            while (all.size() < 12) {
                PopResult result = api.pop(false, 32, 60_000, 5000, null);
                if (result.getMsgFoundList() != null) all.addAll(result.getMsgFoundList());
            }
            all.sort((a, b) -> text(a).compareTo(text(b)));
            report.line("all", "count", all.size());
            MessageExt back = all.get(0);
            MessageExt late = all.get(1);
            for (MessageExt message : List.of(back, late)) {
                String[] receipt = api.change(message, message == back ? 1000 : 5000).split(" ");
                report.line("changed", "body", text(message), "words", receipt.length, "invisible", receipt[2], "at", Long.parseLong(receipt[1]));
            }
            report.line("ack", "status", api.ackAll(all.subList(2, 12)));
            for (int came = 0; came < 2;) {
                PopResult result = api.pop(false, 32, 60_000, 20_000, null);
                if (result.getMsgFoundList() == null) continue;
                for (MessageExt message : result.getMsgFoundList()) delivered(report, message);
                came += result.getMsgFoundList().size();
                report.line("ack", "status", api.ackAll(result.getMsgFoundList()));
            }
            api.popped(report, "end", api.pop(false, 32, 60_000, 2000, null));
        }
    }
}
