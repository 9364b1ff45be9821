package dev.sluice.testkit.mock;

import java.util.ArrayList;
import java.util.List;

/** What of a request the script wants to know, whatever format it came in. Filled by each provider's reader. */
final class Ask {

    static final String AUTO = "auto";
    static final String NONE = "none";
    static final String REQUIRED = "required";

    /** All text of the last user turn, its parts joined by a space. */
    String lastText = "";

    /** Contents of the tool results that end the conversation, in the order they stand. */
    List<String> results = new ArrayList<>();

    /** Names of the tools offered. */
    List<String> tools = new ArrayList<>();

    /** One of the constants above, or a tool's name. */
    String choice = AUTO;

    boolean parallel = true;
    boolean schema;
    boolean thinking;

    /** In the last user turn. */
    int images;

    /** The least number of output tokens was asked for, so the answer ends after its first piece. */
    boolean tiny;

    boolean stream;
    boolean logprobs;
    int choices = 1;
    List<String> stops = List.of();
}
