package dev.sluice.admin.api;

/**
 * A parameter of a query, as the API checks and documents it.
 *
 * @param was its former name, accepted until 0.3; null for none
 */
public record QueryParameter(String name, String says, String was) {

    public static final QueryParameter LIMIT =
            new QueryParameter("limit", "most of them, 1 to 1000; 100 when left out");
    public static final QueryParameter CURSOR = new QueryParameter("cursor", "next of the previous page");
    public static final QueryParameter FROM =
            new QueryParameter("from", "first moment, 2026-11-25 or 2026-11-25T13:00:00Z; 30 days ago when left out");
    public static final QueryParameter TO = new QueryParameter("to", "end, without it; now when left out");
    public static final QueryParameter FORMAT = new QueryParameter("format", "json or csv");

    public QueryParameter(String name, String says) {
        this(name, says, null);
    }

    public QueryParameter formerly(String former) {
        return new QueryParameter(name, says, former);
    }

    public boolean is(String given) {
        return given.equals(name) || given.equals(was);
    }
}
