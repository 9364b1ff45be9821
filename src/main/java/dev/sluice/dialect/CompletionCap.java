package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.Surface;
import java.util.List;

/** Gives a request that sets no limit to its answer the one that its caller's budget pays for. */
public final class CompletionCap {

    private static final List<String> CHAT = List.of("max_completion_tokens", "max_tokens");
    private static final List<String> CLASSIC = List.of("max_tokens");
    private static final List<String> RESPONSES = List.of("max_output_tokens");

    private CompletionCap() {}

    /**
     * The request with the member that its format has for it. To be given only where {@link dev.sluice.model.Needs}
     * finds no limit: what stands there instead of one, such as {@code null}, goes.
     *
     * @param tokens of each completion
     */
    public static ClientRequest cap(ClientRequest request, long tokens) {
        List<String> members = members(request.surface());
        if (members.isEmpty() || request.relay() != null) {
            return request;
        }
        Member said = null;
        for (String name : members) {
            said = said == null ? request.member(name) : said;
        }
        return said == null
                ? put(
                        request,
                        "\"" + members.getFirst() + "\":" + tokens
                                + (request.members().isEmpty() ? "" : ","))
                : splice(request, said.valueStart(), said.valueEnd(), Long.toString(tokens));
    }

    /** Where a request says how long each completion may be, what is put there first. */
    static List<String> members(Surface surface) {
        return switch (surface) {
            case CHAT_COMPLETIONS -> CHAT;
            case COMPLETIONS, MESSAGES -> CLASSIC;
            case RESPONSES -> RESPONSES;
            default -> List.of();
        };
    }

    private static ClientRequest put(ClientRequest request, String first) {
        ByteSlice body = request.body();
        int open = body.offset();
        while (body.array()[open] != '{') {
            open++;
        }
        return splice(request, open + 1, open + 1, first);
    }

    /** @param from and {@code to} in the body's array */
    private static ClientRequest splice(ClientRequest request, int from, int to, String instead) {
        return Dialects.read(request.surface(), request.body().replaced(from, to, ByteSlice.of(instead)));
    }
}
