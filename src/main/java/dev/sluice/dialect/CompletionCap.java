package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Gives a request that sets no limit to its answer the one that its caller's budget pays for. */
public final class CompletionCap {

    private CompletionCap() {}

    /**
     * The request with the member that its format has for it; the request itself where there is none, or where the
     * client has set one.
     *
     * @param tokens of each completion
     */
    public static ClientRequest cap(ClientRequest request, long tokens) {
        String member = switch (request.surface()) {
            case CHAT_COMPLETIONS -> "max_completion_tokens";
            case COMPLETIONS, MESSAGES -> "max_tokens";
            case RESPONSES -> "max_output_tokens";
            default -> null;
        };
        if (member == null || request.relay() != null || request.member(member) != null) {
            return request;
        }
        ByteSlice body = request.body();
        int open = body.offset();
        while (body.array()[open] != '{') {
            open++;
        }
        byte[] first = ("\"" + member + "\":" + tokens + (request.members().isEmpty() ? "" : ","))
                .getBytes(StandardCharsets.US_ASCII);
        int before = open + 1 - body.offset();
        byte[] capped =
                Arrays.copyOf(Arrays.copyOfRange(body.array(), body.offset(), open + 1), body.length() + first.length);
        System.arraycopy(first, 0, capped, before, first.length);
        System.arraycopy(body.array(), open + 1, capped, before + first.length, body.length() - before);
        return Dialects.read(request.surface(), ByteSlice.of(capped));
    }
}
