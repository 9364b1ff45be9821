package dev.sluice.protocol;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;

/** The number of choices that a provider bills a conversation for. */
final class RequestedChoices {

    private final ClientRequest request;
    private final byte[] bytes;

    private RequestedChoices(ClientRequest request) {
        this.request = request;
        this.bytes = request.body().array();
    }

    /**
     * At least 1.
     *
     * @throws GatewayException INVALID_REQUEST for a string that is not a number
     */
    static int of(ClientRequest request) {
        RequestedChoices requested = new RequestedChoices(request);
        long choices = Math.max(1, requested.count("n"));
        if (request.surface() == Surface.COMPLETIONS) {
            choices = Math.max(choices, requested.count("best_of"));
            choices = Math.min(choices, Integer.MAX_VALUE) * requested.prompts();
        }
        return (int) Math.min(Integer.MAX_VALUE, choices);
    }

    /** Each prompt of a list gets completions of its own. One list of tokens is one prompt. */
    private int prompts() {
        Member prompt = request.member("prompt");
        if (prompt == null || bytes[prompt.valueStart()] != '[') {
            return 1;
        }
        JsonScanner json = new JsonScanner().reset(bytes, prompt.valueStart(), prompt.valueEnd());
        json.enter();
        int prompts = 0;
        while (json.more()) {
            byte type = json.peek();
            if (type != '"' && type != '[') {
                return 1;
            }
            json.skip();
            prompts++;
        }
        return Math.max(1, prompts);
    }

    /** A string that is no number to Sluice may be one to a provider that reads leniently, such as {@code "1_000"}. */
    private long count(String name) {
        Member member = request.member(name);
        if (member == null) {
            return 0;
        }
        long count = Json.wholeNumber(bytes, member.valueStart(), member.valueEnd());
        if (count == 0 && bytes[member.valueStart()] == '"') {
            throw new GatewayException(GatewayError.invalid(
                    "Invalid type for '" + name + "': expected a whole number above zero, but got another string.",
                    name,
                    "invalid_type"));
        }
        return count;
    }
}
