package dev.sluice.http.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.observe.Metrics.Reference;
import dev.sluice.stream.FairBudget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The conversations that one connection remembers, by the id of their last response: all items, of requests and
 * responses, so that {@code previous_response_id} works at every provider. Bounded in number and bytes; the response
 * that was not continued for the longest time is forgotten first. Confined to the event loop of the connection.
 *
 * <p>Callers' responses over HTTP are in {@link dev.sluice.http.exchange.ResponseMemory}, which has other rules: there
 * single items outlive the conversation, and whatever is oldest is dropped. Here parts are shared by count, so that a
 * conversation in another lane stays whole after its root was forgotten, and nothing is kept that no remembered
 * response needs. Both report why they forgot an id to the same counts.
 */
final class Conversations {

    private static final int MAX_RESPONSES = 128;

    private final Map<String, Conversation> byId = new LinkedHashMap<>(16, 0.75f, true);
    private final FairBudget budget;
    private final String caller;
    private final long maxBytes;
    private final BiConsumer<String, Reference> forgotten;
    private long bytes;

    /** A conversation up to one response. Conversations that continue another share its items. */
    static final class Conversation {

        private final Conversation previous;
        private final String lane;
        private final ByteSlice items;
        private final FairBudget.Lease memory;
        /** Of this part and all before it. */
        private final long bytes;
        /** Its id, and the conversations that continue it. */
        private int uses;

        private Conversation(Conversation previous, String lane, ByteSlice items, FairBudget.Lease memory) {
            this.previous = previous;
            this.lane = lane;
            this.items = items;
            this.memory = memory;
            this.bytes = items.length() + (previous == null ? 0 : previous.bytes);
        }

        /** The lane of its last response; null for the one without a name. */
        String lane() {
            return lane;
        }

        /** All items in order, as elements of arrays. */
        List<ByteSlice> items() {
            Deque<ByteSlice> all = new ArrayDeque<>();
            for (Conversation part = this; part != null; part = part.previous) {
                all.addFirst(part.items);
            }
            return List.copyOf(all);
        }
    }

    /**
     * @param budget for the conversations of all connections
     * @param caller whose share of the budget is used; null for all of it
     * @param maxBytes of this connection
     * @param forgotten receives the id of each response that is forgotten while the connection is open, and why
     */
    Conversations(FairBudget budget, String caller, long maxBytes, BiConsumer<String, Reference> forgotten) {
        this.budget = budget;
        this.caller = caller;
        this.maxBytes = maxBytes;
        this.forgotten = forgotten;
    }

    /** The conversation up to a response; null if it is not remembered. */
    Conversation find(String responseId) {
        return byId.get(responseId);
    }

    /**
     * Remembers a response, unless the memory is full. A conversation that is too long for it takes nothing from
     * others.
     *
     * @param previous the conversation that it continues, or null
     * @param items of its request and of its output
     */
    void remember(String responseId, Conversation previous, String lane, ByteSlice items) {
        remove(responseId);
        int size = items.length();
        if (size + (previous == null ? 0 : previous.bytes) > maxBytes) {
            forgotten.accept(responseId, Reference.TOO_LARGE);
            return;
        }
        FairBudget.Lease memory = budget.lease(caller);
        while (bytes + size > maxBytes || byId.size() >= MAX_RESPONSES || !memory.take(size)) {
            if (!forgetOldest(previous)) {
                memory.close();
                forgotten.accept(responseId, Reference.EVICTED);
                return;
            }
        }
        bytes += size;
        Conversation conversation = new Conversation(previous, lane, items, memory);
        if (previous != null) {
            previous.uses++;
        }
        conversation.uses = 1;
        byId.put(responseId, conversation);
    }

    /** A continuation of the response has failed. */
    void forget(String responseId) {
        remove(responseId);
        forgotten.accept(responseId, Reference.FAILED);
    }

    /** The connection has ended. */
    void close() {
        byId.values().forEach(this::release);
        byId.clear();
    }

    private void remove(String responseId) {
        Conversation removed = byId.remove(responseId);
        if (removed != null) {
            release(removed);
        }
    }

    /** @param kept is not forgotten */
    private boolean forgetOldest(Conversation kept) {
        Iterator<Map.Entry<String, Conversation>> oldest = byId.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Conversation> next = oldest.next();
            Conversation conversation = next.getValue();
            if (conversation != kept) {
                forgotten.accept(next.getKey(), Reference.EVICTED);
                oldest.remove();
                release(conversation);
                return true;
            }
        }
        return false;
    }

    private void release(Conversation unused) {
        Conversation part = unused;
        while (part != null && --part.uses == 0) {
            bytes -= part.items.length();
            part.memory.close();
            part = part.previous;
        }
    }
}
