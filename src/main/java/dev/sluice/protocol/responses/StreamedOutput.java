package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * Collects the output items of a streamed response, so that the next request of the conversation can send them back.
 * Some providers leave the output of the last event empty; then the items of the events before it are used.
 */
public final class StreamedOutput {

    private static final byte[] TYPE = bytes("type");
    private static final byte[] RESPONSE = bytes("response");
    private static final byte[] ID = bytes("id");
    private static final byte[] OUTPUT = bytes("output");
    private static final byte[] ITEM = bytes("item");
    private static final byte[] OUTPUT_INDEX = bytes("output_index");
    private static final byte[] ENCRYPTED_CONTENT = bytes("encrypted_content");

    private final int maxBytes;
    private final boolean stored;
    private final JsonScanner json = new JsonScanner();
    private final TreeMap<Long, ByteSlice> done = new TreeMap<>();
    private int collected;
    private String id;
    private ByteSlice items;
    private boolean failed;

    /**
     * @param maxBytes of all items; a response of more is not collected
     * @param stored whether the provider stores the response: otherwise it refuses reasoning without encrypted content
     */
    public StreamedOutput(int maxBytes, boolean stored) {
        this.maxBytes = maxBytes;
        this.stored = stored;
    }

    /** @param data of the next event */
    public void event(ByteSlice data) {
        try {
            scan(data);
        } catch (MalformedJson unreadable) {
            failed = true;
        }
    }

    /** Whether the stream has an error. */
    public boolean failed() {
        return failed;
    }

    /** The id of a response that has ended without an error and can be continued; null before and of others. */
    public String id() {
        return failed || collected > maxBytes ? null : id;
    }

    /** The output as elements of an array. */
    public ByteSlice items() {
        return items;
    }

    private void scan(ByteSlice data) {
        String type = null;
        ByteSlice response = null;
        ByteSlice item = null;
        long index = -1;
        json.reset(data);
        if (json.peek() != '{') {
            return;
        }
        json.enter();
        while (json.more()) {
            boolean isType = json.nameIs(TYPE);
            boolean isResponse = json.nameIs(RESPONSE);
            boolean isItem = json.nameIs(ITEM);
            boolean isIndex = json.nameIs(OUTPUT_INDEX);
            byte first = json.peek();
            int start = json.position();
            json.skip();
            ByteSlice value = new ByteSlice(data.array(), start, json.position() - start);
            if (isType && first == '"') {
                type = JsonScanner.text(value.array(), value.offset(), value.end());
            } else if (isResponse && first == '{') {
                response = value;
            } else if (isItem && first == '{') {
                item = value;
            } else if (isIndex && value.length() < 10 && first >= '0' && first <= '9') {
                index = Long.parseLong(value.toText());
            }
        }
        switch (type) {
            case "response.output_item.done" -> add(index < 0 ? done.size() : index, item);
            case "response.completed", "response.incomplete" -> end(response);
            case "response.failed", "error" -> failed = true;
            case null, default -> {}
        }
    }

    private void add(long index, ByteSlice item) {
        if (item == null || !canReturn(item)) {
            return;
        }
        collected = (int) Math.min(Integer.MAX_VALUE, (long) collected + item.length());
        if (collected <= maxBytes) {
            done.put(index, ByteSlice.of(item.toBytes()));
        } else {
            done.clear();
        }
    }

    private void end(ByteSlice response) {
        if (response == null) {
            failed = true;
            return;
        }
        ByteSlice output = null;
        json.reset(response);
        json.enter();
        while (json.more()) {
            boolean isId = json.nameIs(ID);
            boolean isOutput = json.nameIs(OUTPUT);
            byte first = json.peek();
            int start = json.position();
            json.skip();
            if (isId && first == '"') {
                id = JsonScanner.text(response.array(), start, json.position());
            } else if (isOutput && first == '[') {
                output = new ByteSlice(response.array(), start, json.position() - start);
            }
        }
        if (output != null && output.length() > maxBytes) {
            collected = Integer.MAX_VALUE;
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (output != null) {
            copy(output, all);
        }
        if (all.size() == 0) {
            done.values().forEach(item -> append(item, all));
        }
        items = ByteSlice.of(all.toByteArray());
    }

    private void copy(ByteSlice output, ByteArrayOutputStream all) {
        JsonScanner elements = new JsonScanner().reset(output);
        elements.enter();
        while (elements.more()) {
            elements.peek();
            int start = elements.position();
            elements.skip();
            ByteSlice item = new ByteSlice(output.array(), start, elements.position() - start);
            if (canReturn(item)) {
                append(item, all);
            }
        }
    }

    /**
     * Whether an item can be sent back. With {@code store: false}, providers refuse the id of reasoning that they have
     * not kept, and such an item has nothing else.
     */
    private boolean canReturn(ByteSlice item) {
        if (stored) {
            return true;
        }
        boolean reasoning = false;
        boolean encrypted = false;
        JsonScanner members = new JsonScanner().reset(item);
        if (members.peek() != '{') {
            return true;
        }
        members.enter();
        while (members.more()) {
            boolean isType = members.nameIs(TYPE);
            boolean isEncrypted = members.nameIs(ENCRYPTED_CONTENT);
            byte first = members.peek();
            int start = members.position();
            members.skip();
            if (isType && first == '"') {
                reasoning = JsonScanner.text(item.array(), start, members.position())
                        .equals("reasoning");
            } else if (isEncrypted) {
                encrypted = first == '"' && members.position() - start > 2;
            }
        }
        return !reasoning || encrypted;
    }

    private static void append(ByteSlice item, ByteArrayOutputStream all) {
        if (all.size() > 0) {
            all.write(',');
        }
        all.write(item.array(), item.offset(), item.length());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
