package dev.sluice.protocol;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.request.GenerationConfig;

/** The number of choices that a provider bills a conversation for. */
final class RequestedChoices {

    private final ClientRequest request;
    private final byte[] bytes;

    private RequestedChoices(ClientRequest request) {
        this.request = request;
        this.bytes = request.body().array();
    }

    /** At least 1. */
    static int of(ClientRequest request) {
        RequestedChoices requested = new RequestedChoices(request);
        long choices = Math.max(
                1,
                requested.count(
                        request.surface() == Surface.GENERATE
                                ? GenerationConfig.member(request, GenerationConfig.CANDIDATE_COUNT)
                                : request.member("n")));
        if (request.surface() == Surface.COMPLETIONS) {
            choices = Math.max(choices, requested.count(request.member("best_of")));
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

    private long count(Member member) {
        return member == null ? 0 : Json.wholeNumber(bytes, member.valueStart(), member.valueEnd());
    }
}
