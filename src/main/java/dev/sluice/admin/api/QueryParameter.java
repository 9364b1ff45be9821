package dev.sluice.admin.api;

/**
 * A query parameter of an {@link Endpoint}.
 *
 * @param formerName accepted until 0.3; null for none
 */
public record QueryParameter(String name, String description, String formerName) {

    public static final QueryParameter LIMIT = new QueryParameter("limit", "Items per page, 1 to 1000; default: 100");
    public static final QueryParameter CURSOR = new QueryParameter("cursor", "Member next of the previous page");
    public static final QueryParameter FROM = new QueryParameter(
            "from", "Start, inclusive, such as 2026-11-25 or 2026-11-25T13:00:00Z; default: 30 days ago");
    public static final QueryParameter TO = new QueryParameter("to", "End, exclusive; default: now");
    public static final QueryParameter FORMAT = new QueryParameter("format", "json or csv");

    public QueryParameter(String name, String description) {
        this(name, description, null);
    }

    public QueryParameter formerly(String former) {
        return new QueryParameter(name, description, former);
    }

    public boolean is(String requested) {
        return requested.equals(name) || requested.equals(formerName);
    }
}
