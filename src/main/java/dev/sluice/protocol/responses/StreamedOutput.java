package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * Collects the output items of a streamed response, so that the next request of the conversation can send them back.
 * Some providers leave the output of the last event empty; then the items of the events before it are used.
 */
public final class StreamedOutput {

    private static final byte[] TYPE = bytes("type");
    private static final byte[] RESPONSE = bytes("response");
    private static final byte[] ITEM = bytes("item");
    private static final byte[] OUTPUT_INDEX = bytes("output_index");

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
        if (item == null || !canReturn(OutputItem.of(item))) {
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
        ResponseOutput whole = ResponseOutput.read(json.reset(response), response.array());
        id = whole.id();
        if (whole.array() != null && whole.array().length() > maxBytes) {
            collected = Integer.MAX_VALUE;
            return;
        }
        List<ByteSlice> all = whole.items().stream()
                .filter(this::canReturn)
                .map(OutputItem::json)
                .toList();
        items = ByteSlice.joined(InputItems.separated(all.isEmpty() ? List.copyOf(done.values()) : all));
    }

    /** With {@code store: false}, providers refuse the id of reasoning that they have not kept. */
    private boolean canReturn(OutputItem item) {
        return stored || !item.needsStore();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
