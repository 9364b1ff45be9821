package dev.sluice.admin.api;

/** A parameter of a query, as the API checks and documents it. */
public record Param(String name, String says) {

    public static final Param AFTER = new Param("after", "the last one of the page before");
    public static final Param LIMIT = new Param("limit", "most of them, 1 to 1000; 100 when left out");
    public static final Param CURSOR = new Param("cursor", "next of the page before");
    public static final Param FROM =
            new Param("from", "first moment, 2026-11-25 or 2026-11-25T13:00:00Z; 30 days ago when left out");
    public static final Param TO = new Param("to", "end, without it; now when left out");
    public static final Param FORMAT = new Param("format", "json or csv");
}
