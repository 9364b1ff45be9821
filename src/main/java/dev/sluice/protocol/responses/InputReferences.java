package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.request.RequestReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Replaces what a request refers to by the items themselves: single items ({@code {"type": "item_reference", "id": …}},
 * where the type may be missing), and the conversation before {@code previous_response_id}. Only the provider that
 * stored an item or a response knows its id.
 */
public final class InputReferences {

    private static final String REFERENCE = "item_reference";

    private static final byte[] TYPE = bytes("type");
    private static final byte[] ROLE = bytes("role");
    private static final byte[] ID = bytes("id");

    private static final ByteSlice OPEN = ByteSlice.of("[");
    private static final ByteSlice CLOSE = ByteSlice.of("]");
    private static final ByteSlice NULL = ByteSlice.of("null");
    private static final ByteSlice NULL_AND_INPUT = ByteSlice.of("null,\"input\":");

    private InputReferences() {}

    /**
     * The items of a request's input as the text of a JSON array without its brackets: a plain text is a message of the
     * user, and a request that only continues a response has none. Null when the input is something else.
     */
    public static ByteSlice items(ClientRequest request) {
        Member input = request.member("input");
        if (input == null) {
            return previousResponse(request) == null ? null : ByteSlice.EMPTY;
        }
        return InputItems.of(slice(request.body().array(), input.valueStart(), input.valueEnd()));
    }

    /** The id of the response that the request continues, or null. */
    public static String previousResponse(ClientRequest request) {
        Member previous = request.member("previous_response_id");
        byte[] array = request.body().array();
        return previous == null || array[previous.valueStart()] != '"'
                ? null
                : JsonScanner.text(array, previous.valueStart(), previous.valueEnd());
    }

    /**
     * The request with the items that are known; the same instance when it refers to none of them. References to other
     * items are kept.
     *
     * @param known returns the item of an id, or null
     * @param length receives the length of the new body before it is made, and may refuse it by an exception
     */
    public static ClientRequest resolveItems(
            ClientRequest request, Function<String, ByteSlice> known, LongConsumer length) {
        Member input = request.member("input");
        byte[] array = request.body().array();
        if (input == null || array[input.valueStart()] != '[') {
            return request;
        }
        List<ByteSlice> parts = new ArrayList<>();
        int copied = request.body().offset();
        JsonScanner json = new JsonScanner().reset(array, input.valueStart(), input.valueEnd());
        json.enter();
        while (json.more()) {
            if (json.peek() != '{') {
                json.skip();
                continue;
            }
            int from = json.position();
            String id = referredId(json, array);
            ByteSlice item = id == null ? null : known.apply(id);
            if (item != null) {
                parts.add(slice(array, copied, from));
                parts.add(item);
                copied = json.position();
            }
        }
        if (parts.isEmpty()) {
            return request;
        }
        parts.add(slice(array, copied, request.body().end()));
        return RequestReader.again(request, joined(parts, length));
    }

    /**
     * The request with the conversation before it, in place of {@code previous_response_id}.
     *
     * @param conversation as {@link #items}, in order
     * @param own the items of the request itself
     */
    public static ClientRequest continueConversation(
            ClientRequest request, List<ByteSlice> conversation, ByteSlice own, LongConsumer length) {
        List<ByteSlice> pieces = new ArrayList<>(conversation);
        pieces.add(own);
        List<ByteSlice> items = new ArrayList<>();
        items.add(OPEN);
        items.addAll(InputItems.separated(pieces));
        items.add(CLOSE);
        Member input = request.member("input");
        Member previous = request.member("previous_response_id");
        ByteSlice body = request.body();
        List<ByteSlice> parts = new ArrayList<>();
        if (input == null) {
            parts.add(slice(body.array(), body.offset(), previous.valueStart()));
            parts.add(NULL_AND_INPUT);
            parts.addAll(items);
            parts.add(slice(body.array(), previous.valueEnd(), body.end()));
            return RequestReader.again(request, joined(parts, length));
        }
        boolean inputFirst = input.valueStart() < previous.valueStart();
        Member first = inputFirst ? input : previous;
        Member second = inputFirst ? previous : input;
        parts.add(slice(body.array(), body.offset(), first.valueStart()));
        parts.addAll(inputFirst ? items : List.of(NULL));
        parts.add(slice(body.array(), first.valueEnd(), second.valueStart()));
        parts.addAll(inputFirst ? List.of(NULL) : items);
        parts.add(slice(body.array(), second.valueEnd(), body.end()));
        return RequestReader.again(request, joined(parts, length));
    }

    /** Reads one item; null when it is no reference. */
    private static String referredId(JsonScanner json, byte[] array) {
        String id = null;
        boolean reference = false;
        boolean other = false;
        json.enter();
        while (json.more()) {
            boolean isType = json.nameIs(TYPE);
            boolean isId = !isType && json.nameIs(ID);
            other |= !isType && json.nameIs(ROLE);
            boolean text = json.peek() == '"';
            int from = json.position();
            json.skip();
            if (isType && text) {
                reference = JsonScanner.text(array, from, json.position()).equals(REFERENCE);
                other |= !reference;
            } else if (isId && text) {
                id = JsonScanner.text(array, from, json.position());
            }
        }
        return reference || !other ? id : null;
    }

    private static ByteSlice joined(List<ByteSlice> parts, LongConsumer length) {
        long size = 0;
        for (ByteSlice part : parts) {
            size += part.length();
        }
        length.accept(size);
        return ByteSlice.joined(parts);
    }

    private static ByteSlice slice(byte[] array, int from, int to) {
        return new ByteSlice(array, from, to - from);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
