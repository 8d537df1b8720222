package gantry.compat;

/** What a scenario saw, as JSON lines on standard output; judging it is the test's business. */
public final class Report {
    private final String scenario;

    public Report(String scenario) {
        this.scenario = scenario;
    }

    /** Pairs of name and value; a value is written as a number or boolean if it is one, else as text. */
    public void line(String event, Object... pairs) {
        StringBuilder json = new StringBuilder("{\"scenario\":").append(quoted(scenario));
        json.append(",\"event\":").append(quoted(event));
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            boolean isBare = value == null || value instanceof Number || value instanceof Boolean;
            json.append(',').append(quoted((String) pairs[i])).append(':');
            json.append(isBare ? String.valueOf(value) : quoted(value.toString()));
        }
        json.append('}');
        synchronized (Report.class) {
            System.out.println(json);
        }
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ' || c > '~') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
