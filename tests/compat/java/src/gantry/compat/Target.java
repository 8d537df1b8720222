package gantry.compat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** The cluster that a scenario talks to, with ways to get clients of it. */
final class Target {
    final String namesrv;
    final String broker;
    private final String prefix;
    /** Of this JVM: clients of two targets must not share a name either. */
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    Target(String namesrv, String broker, String prefix) {
        this.namesrv = namesrv;
        this.broker = broker;
        this.prefix = prefix;
    }

    /** Names differ from driver to driver, so that several may use one cluster. */
    String name(String kind) {
        return prefix + "_" + kind;
    }

    private String nextInstance() {
        return prefix + "-" + INSTANCES.incrementAndGet();
    }

    interface Use<T> {
        void with(T client) throws Exception;
    }

    void admin(Use<DefaultMQAdminExt> use) throws Exception {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        admin.setNamesrvAddr(namesrv);
        admin.setInstanceName(nextInstance());
        admin.start();
        try {
            use.with(admin);
        } finally {
            admin.shutdown();
        }
    }

    /** Creates a topic and comes back when the nameserver knows it. */
    String topic(String kind, int queues) throws Exception {
        String topic = name(kind);
        admin(admin -> {
            admin.createAndUpdateTopicConfig(broker, new TopicConfig(topic, queues, queues, 6));
            until("route of " + topic, () -> {
                try {
                    admin.examineTopicRouteInfo(topic);
                    return true;
                } catch (Exception notYet) {
                    return false;
                }
            });
        });
        return topic;
    }

    DefaultMQProducer producer() {
        DefaultMQProducer producer = new DefaultMQProducer(name("producers"));
        producer.setNamesrvAddr(namesrv);
        producer.setInstanceName(nextInstance());
        producer.setSendMsgTimeout(10_000);
        return producer;
    }

    void producer(Use<DefaultMQProducer> use) throws Exception {
        DefaultMQProducer producer = producer();
        producer.start();
        try {
            use.with(producer);
        } finally {
            producer.shutdown();
        }
    }

    DefaultMQPushConsumer pushConsumer(String group) {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName(nextInstance());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        // A shutdown commits only what is through the listener; let it get through.
        consumer.setAwaitTerminationMillisWhenShutdown(60_000);
        return consumer;
    }

    /** Waits until a condition holds; after two minutes the scenario has failed. */
    static void until(String what, BooleanSupplier condition) {
        Runner.until(what, condition);
    }
}
