package dev.sluice.protocol.responses;

import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The reasoning of a response that a WebSocket remembers and the provider does not store. The provider accepts it back
 * only encrypted, so the request asks for that ({@code include: ["reasoning.encrypted_content"]}) at models that return
 * it, even if the client did not: others refuse the parameter. The target is not known where the request is written, so
 * a mark in its body says that a connection remembers the response.
 *
 * <p>The client gets the encrypted reasoning, too: {@code encrypted_content} is an optional member of such an item.
 */
final class RememberedReasoning {

    /** The name of the mark, which no provider gets. */
    static final String MARK = "sluice_remember_reasoning";

    static final ByteSlice MARK_MEMBER = ByteSlice.of("\"" + MARK + "\":true");

    private static final String INCLUDE = "include";
    private static final String ENCRYPTED = "reasoning.encrypted_content";

    private static final ByteSlice INCLUDE_MEMBER = ByteSlice.of("\"" + INCLUDE + "\":[\"" + ENCRYPTED + "\"]");
    private static final ByteSlice ARRAY = ByteSlice.of("[\"" + ENCRYPTED + "\"]");
    private static final ByteSlice FIRST = ByteSlice.of("\"" + ENCRYPTED + "\"");
    private static final ByteSlice NEXT = ByteSlice.of(",\"" + ENCRYPTED + "\"");

    private RememberedReasoning() {}

    /** The request without the mark; the same instance when it has none. */
    static ClientRequest forTarget(ClientRequest request, UpstreamModel target) {
        Member mark = request.member(MARK);
        if (mark == null) {
            return request;
        }
        Member include = request.member(INCLUDE);
        boolean asks = mayBeReturned(request, target);
        if (asks && include == null) {
            return replaced(request, List.of(new Edit(mark.keyStart(), mark.valueEnd(), INCLUDE_MEMBER)));
        }
        List<Edit> edits = new ArrayList<>();
        edits.add(removal(request, mark));
        if (asks) {
            Edit addition = addition(request.body().array(), include);
            if (addition != null) {
                edits.add(include.keyStart() < mark.keyStart() ? 0 : 1, addition);
            }
        }
        return replaced(request, edits);
    }

    private record Edit(int from, int to, ByteSlice by) {}

    private static boolean mayBeReturned(ClientRequest request, UpstreamModel target) {
        Member reasoning = request.member("reasoning");
        boolean asksForReasoning = reasoning != null && request.body().array()[reasoning.valueStart()] == '{';
        return target.variant().encryptedReasoning()
                && (asksForReasoning || target.facts().has(Trait.REASONING));
    }

    private static Edit removal(ClientRequest request, Member mark) {
        List<Member> members = request.members();
        int index = members.indexOf(mark);
        if (index > 0) {
            return new Edit(members.get(index - 1).valueEnd(), mark.valueEnd(), ByteSlice.EMPTY);
        }
        int end = members.size() > 1 ? members.get(1).keyStart() : mark.valueEnd();
        return new Edit(mark.keyStart(), end, ByteSlice.EMPTY);
    }

    /** Null when the client asks for it, or for what the provider will refuse. */
    private static Edit addition(byte[] array, Member include) {
        if (array[include.valueStart()] == 'n') {
            return new Edit(include.valueStart(), include.valueEnd(), ARRAY);
        }
        if (array[include.valueStart()] != '[') {
            return null;
        }
        JsonScanner json = new JsonScanner().reset(array, include.valueStart(), include.valueEnd());
        boolean empty = true;
        json.enter();
        while (json.more()) {
            empty = false;
            boolean text = json.peek() == '"';
            int start = json.position();
            json.skip();
            if (text && JsonScanner.text(array, start, json.position()).equals(ENCRYPTED)) {
                return null;
            }
        }
        int end = include.valueEnd() - 1;
        return new Edit(end, end, empty ? FIRST : NEXT);
    }

    /** @param edits in their order in the body */
    private static ClientRequest replaced(ClientRequest request, List<Edit> edits) {
        ByteSlice body = request.body();
        List<ByteSlice> parts = new ArrayList<>();
        int copied = body.offset();
        for (Edit edit : edits) {
            parts.add(new ByteSlice(body.array(), copied, edit.from() - copied));
            parts.add(edit.by());
            copied = edit.to();
        }
        parts.add(new ByteSlice(body.array(), copied, body.end() - copied));
        return RequestReader.again(request, ByteSlice.joined(parts));
    }
}
