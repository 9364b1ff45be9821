package dev.sluice.testkit.mock;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a request that {@link Script} needs, independent of the wire format. Each provider's validator fills it.
 */
final class MockRequest {

    static final String AUTO = "auto";
    static final String NONE = "none";
    static final String REQUIRED = "required";

    /** All text of the last user message, its parts joined by a space. */
    String lastText = "";

    /** Contents of the tool results that end the conversation, in request order. */
    List<String> results = new ArrayList<>();

    /** Names of the tools offered. */
    List<String> tools = new ArrayList<>();

    /** One of the constants above, or a tool's name. */
    String toolChoice = AUTO;

    boolean parallel = true;
    boolean schema;
    boolean thinking;

    /** Number of images in the last user message. */
    int images;

    /** The request limits the output to the minimum, so the reply ends after its first piece. */
    boolean oneToken;

    boolean stream;
    boolean logprobs;
    int choices = 1;
    List<String> stops = List.of();
}
