package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.Surface;
import java.util.ArrayList;
import java.util.List;

/** Limits the completion of a request that sets no limit itself to what the caller's budget covers. */
public final class CompletionCap {

    private static final List<String> MAX_COMPLETION_TOKENS = List.of("max_completion_tokens", "max_tokens");
    private static final List<String> MAX_TOKENS = List.of("max_tokens");
    private static final List<String> MAX_OUTPUT_TOKENS = List.of("max_output_tokens");

    private CompletionCap() {}

    /**
     * Returns the request with its format's member for the limit. Must only be called where
     * {@link dev.sluice.model.ModelRequirements} finds no limit: a value that is not a limit, such as {@code null}, is
     * replaced.
     *
     * @param tokens the limit of each completion
     */
    public static ClientRequest cap(ClientRequest request, long tokens) {
        if (request.surface() == Surface.GENERATE) {
            return capGenerationConfig(request, tokens);
        }
        List<String> members = members(request.surface());
        if (members.isEmpty() || request.relay() != null) {
            return request;
        }
        Member existing = null;
        for (String name : members) {
            existing = existing == null ? request.member(name) : existing;
        }
        return existing == null ? insert(request, members.getFirst(), tokens) : replace(request, existing, tokens);
    }

    /** The members that may limit the length of each completion. The first is the one that is added. */
    public static List<String> members(Surface surface) {
        return switch (surface) {
            case CHAT_COMPLETIONS -> MAX_COMPLETION_TOKENS;
            case COMPLETIONS, MESSAGES -> MAX_TOKENS;
            case RESPONSES -> MAX_OUTPUT_TOKENS;
            default -> List.of();
        };
    }

    private static ClientRequest capGenerationConfig(ClientRequest request, long tokens) {
        Member config = GenerationConfig.of(request);
        Member existing = GenerationConfig.member(request, GenerationConfig.MAX_OUTPUT_TOKENS);
        ByteSlice body = request.body();
        String limit = "\"" + GenerationConfig.MAX_OUTPUT_TOKENS + "\":" + tokens;
        ByteSlice capped;
        if (existing != null) {
            capped = body.replaced(existing.valueStart(), existing.valueEnd(), ByteSlice.of(Long.toString(tokens)));
        } else if (config == null || body.array()[config.valueStart()] != '{') {
            String whole = "\"" + GenerationConfig.NAME + "\":{" + limit + "}";
            int open = body.offset();
            while (body.array()[open] != '{') {
                open++;
            }
            capped = config == null
                    ? body.replaced(
                            open + 1,
                            open + 1,
                            ByteSlice.of(whole + (request.members().isEmpty() ? "" : ",")))
                    : body.replaced(config.keyStart(), config.valueEnd(), ByteSlice.of(whole));
        } else {
            int inside = config.valueStart() + 1;
            boolean empty = isEmptyObject(body.array(), inside);
            capped = body.replaced(inside, inside, ByteSlice.of(limit + (empty ? "" : ",")));
        }
        return RequestReader.again(request, capped);
    }

    private static boolean isEmptyObject(byte[] bytes, int inside) {
        int at = inside;
        while (bytes[at] <= ' ') {
            at++;
        }
        return bytes[at] == '}';
    }

    private static ClientRequest insert(ClientRequest request, String name, long tokens) {
        ByteSlice body = request.body();
        int open = body.offset();
        while (body.array()[open] != '{') {
            open++;
        }
        String value = Long.toString(tokens);
        String text = '"' + name + "\":" + value + (request.members().isEmpty() ? "" : ",");
        int keyStart = open + 1 - body.offset();
        int valueStart = keyStart + name.length() + "\"\":".length();
        Member member =
                new Member(name, keyStart, valueStart - 1, valueStart, valueStart + value.length(), false, false);
        List<Member> members = new ArrayList<>(request.members().size() + 1);
        members.add(member);
        return splice(request, open + 1, open + 1, text, members);
    }

    private static ClientRequest replace(ClientRequest request, Member existing, long tokens) {
        List<Member> members = new ArrayList<>(request.members().size());
        return splice(request, existing.valueStart(), existing.valueEnd(), Long.toString(tokens), members);
    }

    /**
     * Returns the request with a span of its body replaced. Its members are only moved, so that a long prompt is not
     * parsed again.
     *
     * @param from the span's start in the body's array, as {@code to} is its end
     * @param members members that precede the request's own, which are appended
     */
    private static ClientRequest splice(
            ClientRequest request, int from, int to, String replacement, List<Member> members) {
        int offset = request.body().offset();
        int growth = replacement.length() - (to - from);
        for (Member each : request.members()) {
            members.add(new Member(
                    each.name(),
                    moved(each.keyStart(), offset, to, growth),
                    moved(each.keyEnd(), offset, to, growth),
                    moved(each.valueStart(), offset, to, growth),
                    moved(each.valueEnd(), offset, to, growth),
                    each.typed(),
                    each.namesFiles()));
        }
        return new ClientRequest(
                request.surface(),
                request.body().replaced(from, to, ByteSlice.of(replacement)),
                request.model(),
                request.stream(),
                request.wantsUsage(),
                members);
    }

    private static int moved(int position, int offset, int to, int growth) {
        return position - offset + (position >= to ? growth : 0);
    }
}
