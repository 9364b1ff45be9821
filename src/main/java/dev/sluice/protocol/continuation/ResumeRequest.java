package dev.sluice.protocol.continuation;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.request.RequestReader;

/** Builds the request that resumes a response: the client's bytes with the response so far appended. */
final class ResumeRequest {

    private static final String CONTINUE_PROMPT =
            "Your previous response was cut off. Continue exactly where it stopped: your output is appended directly"
                + " to it. Do not repeat or comment on anything you have already written, and keep the same language"
                + " and format.";

    private final ClientRequest request;
    private final byte[] array;

    ResumeRequest(ClientRequest request) {
        this.request = request;
        this.array = request.body().array();
    }

    /** Whether the request is for one streamed text response on a surface that can be resumed. */
    boolean canResume() {
        if (!request.stream() || request.relay() != null || !isOneOf(text("n"), "", "1", "null")) {
            return false;
        }
        return switch (request.surface()) {
            case CHAT_COMPLETIONS ->
                !text("logprobs").equals("true") && !text("response_format").contains("json");
            case MESSAGES ->
                !text("output_config").contains("\"format\"")
                        && text("output_format").isEmpty();
            case COMPLETIONS ->
                promptEnd() >= 0
                        && isOneOf(text("logprobs"), "", "null")
                        && isOneOf(text("echo"), "", "null", "false")
                        && isOneOf(text("suffix"), "", "null", "\"\"")
                        && isOneOf(text("best_of"), "", "null", "1");
            case RESPONSES ->
                request.member("input") != null
                        && !text("text").contains("json")
                        && !text("background").equals("true");
            default -> false;
        };
    }

    /**
     * @param text the response so far, not empty
     * @param prefill whether the model continues its own message; otherwise a user message asks it to continue
     * @throws dev.sluice.model.GatewayException as {@link RequestReader#read}
     */
    ClientRequest with(String text, boolean prefill) {
        String quoted = JsonText.quote(text);
        if (request.surface() == Surface.COMPLETIONS) {
            // The text follows the prompt, as for the first model.
            return spliced(promptEnd(), quoted.substring(1, quoted.length() - 1));
        }
        String messages = ",{\"role\":\"assistant\",\"content\":" + quoted + "}";
        if (!prefill) {
            messages += ",{\"role\":\"user\",\"content\":" + JsonText.quote(CONTINUE_PROMPT) + "}";
        }
        return request.surface() == Surface.RESPONSES
                ? appendToInput(messages)
                : spliced(request.member("messages").valueEnd() - 1, messages);
    }

    /** The input is a string, which is the user's message, or an array, which may be empty. */
    private ClientRequest appendToInput(String messages) {
        Member input = request.member("input");
        JsonScanner json = new JsonScanner().reset(array, input.valueStart(), input.valueEnd());
        if (json.peek() == '"') {
            return spliced(
                    input.valueStart(),
                    "[{\"role\":\"user\",\"content\":" + text("input") + "}" + messages + "]",
                    input.valueEnd());
        }
        json.enter();
        return spliced(input.valueEnd() - 1, json.more() ? messages : messages.substring(1));
    }

    /** Whether the client requests reasoning. */
    boolean wantsReasoning() {
        return !isOneOf(text("reasoning_effort"), "", "null", "\"none\"")
                || !isOneOf(text("reasoning"), "", "null")
                || !text("thinking").isEmpty() && !text("thinking").contains("\"disabled\"");
    }

    private ClientRequest spliced(int at, String text) {
        return spliced(at, text, at);
    }

    private ClientRequest spliced(int at, String text, int from) {
        return new RequestReader(request.surface(), request.body().replaced(at, from, ByteSlice.of(text))).read();
    }

    /** The position of the closing quote of the one prompt; -1 when there are several, or tokens. */
    private int promptEnd() {
        Member prompt = request.member("prompt");
        JsonScanner json = new JsonScanner().reset(array, prompt.valueStart(), prompt.valueEnd());
        if (json.peek() == '"') {
            return prompt.valueEnd() - 1;
        }
        int end = -1;
        json.enter();
        while (json.more()) {
            if (json.peek() != '"' || end >= 0) {
                return -1;
            }
            json.skip();
            end = json.position() - 1;
        }
        return end;
    }

    private String text(String name) {
        Member member = request.member(name);
        return member == null
                ? ""
                : new ByteSlice(array, member.valueStart(), member.valueEnd() - member.valueStart()).toText();
    }

    private static boolean isOneOf(String text, String... allowed) {
        for (String each : allowed) {
            if (text.equals(each)) {
                return true;
            }
        }
        return false;
    }
}
