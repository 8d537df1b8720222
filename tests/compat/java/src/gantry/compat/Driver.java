package gantry.compat;

import java.util.HashMap;
import java.util.Map;

/**
 * Runs the scenarios named as arguments, some at a time, and reports what the client saw; then
 * stays until it is killed, since some scenarios leave clients online.
 * Properties: target.namesrv, target.broker, target.prefix, and strict.* likewise.
 */
public final class Driver {
    interface Scenario {
        void run(Target target, Report report) throws Exception;
    }

    private static final Map<String, Scenario> SCENARIOS = new HashMap<>();

    static {
        SCENARIOS.put("batch", ProducerScenarios::batch);
        SCENARIOS.put("oneway", ProducerScenarios::oneway);
        SCENARIOS.put("chosenQueue", ProducerScenarios::chosenQueue);
        SCENARIOS.put("compressed", ProducerScenarios::compressed);
        SCENARIOS.put("offsets", ProducerScenarios::offsets);
        SCENARIOS.put("queries", ProducerScenarios::queries);
        SCENARIOS.put("boundaries", ProducerScenarios::boundaries);
        SCENARIOS.put("ranges", ProducerScenarios::ranges);
        SCENARIOS.put("tags", ConsumerScenarios::tags);
        SCENARIOS.put("rebalance", ConsumerScenarios::rebalance);
        SCENARIOS.put("restart", ConsumerScenarios::restart);
        SCENARIOS.put("orderly", ConsumerScenarios::orderly);
        SCENARIOS.put("litePullSubscribe", ConsumerScenarios::litePullSubscribe);
        SCENARIOS.put("litePullAssign", ConsumerScenarios::litePullAssign);
        SCENARIOS.put("online", ConsumerScenarios::online);
        SCENARIOS.put("feeder", MemberScenarios::feeder);
        SCENARIOS.put("member", MemberScenarios::member);
        SCENARIOS.put("orderlyMember", MemberScenarios::orderlyMember);
        SCENARIOS.put("broadcasting", GroupScenarios::broadcasting);
        SCENARIOS.put("fromWhere", GroupScenarios::fromWhere);
        SCENARIOS.put("strict.fromWhereYoung", GroupScenarios::fromWhereYoung);
        SCENARIOS.put("seeks", OffsetScenarios::seeks);
        SCENARIOS.put("resettable", OffsetScenarios::resettable);
        SCENARIOS.put("transactions", TransactionScenarios::transactions);
        SCENARIOS.put("sql", FilterScenarios::sql);
        SCENARIOS.put("sqlWrong", FilterScenarios::sqlWrong);
        SCENARIOS.put("sqlRetry", FilterScenarios::sqlRetry);
        SCENARIOS.put("strict.sqlOff", FilterScenarios::sqlOff);
        SCENARIOS.put("retryTwice", RetryScenarios::retryTwice);
        SCENARIOS.put("retryDead", RetryScenarios::retryDead);
        SCENARIOS.put("retryOrderly", RetryScenarios::retryOrderly);
        SCENARIOS.put("reply", ReplyScenarios::reply);
        SCENARIOS.put("bigBodies", BodyScenarios::bigBodies);
        SCENARIOS.put("bigBatch", BodyScenarios::bigBatch);
        SCENARIOS.put("traced", TraceScenarios::traced);
        SCENARIOS.put("levels", DelayScenarios::levels);
        SCENARIOS.put("timers", DelayScenarios::timers);
        SCENARIOS.put("recall", DelayScenarios::recall);
        SCENARIOS.put("strict.recallOff", DelayScenarios::recallOff);
        SCENARIOS.put("failover", FailoverScenarios::failover);
        SCENARIOS.put("popPush", of5("push"));
        SCENARIOS.put("popShare", of5("share"));
        SCENARIOS.put("popOrderly", of5("orderly"));
        SCENARIOS.put("popBatchAck", of5("batchAck"));
        SCENARIOS.put("outage", OutageScenarios::outage);
        SCENARIOS.put("interopProduce", InteropScenarios::produce);
        SCENARIOS.put("interopConsume", InteropScenarios::consume);
        SCENARIOS.put("authSigned", AuthScenarios::signed);
        SCENARIOS.put("strict.unknownTopic", RefusalScenarios::unknownTopic);
        SCENARIOS.put("strict.oversize", RefusalScenarios::oversize);
    }

    /** Of a class that is compiled only for clients of the 5.x line. */
    private static Scenario of5(String scenario) {
        return (target, report) -> Class.forName("gantry.compat.PopScenarios")
            .getDeclaredMethod(scenario, Target.class, Report.class).invoke(null, target, report);
    }

    private Driver() {
    }

    public static void main(String[] names) throws Exception {
        Target target = target("target");
        Target strict = target("strict");
        Runner.start(names, name -> report -> SCENARIOS.get(name).run(name.startsWith("strict.") ? strict : target, report));
    }

    private static Target target(String kind) {
        return new Target(System.getProperty(kind + ".namesrv"), System.getProperty(kind + ".broker"),
            System.getProperty(kind + ".prefix"));
    }
}
