package dev.sluice.http.responses;

import dev.sluice.model.ByteSlice;
import dev.sluice.stream.FairBudget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conversations that one connection remembers, by the id of their last response: all items, of requests and
 * responses, so that {@code previous_response_id} works at every provider. Bounded in number and bytes; the response
 * that was not continued for the longest time is forgotten first. Confined to the event loop of the connection.
 */
final class Conversations {

    private static final int MAX_RESPONSES = 128;

    private final Map<String, Conversation> byId = new LinkedHashMap<>(16, 0.75f, true);
    private final FairBudget budget;
    private final String caller;
    private final long maxBytes;
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
     */
    Conversations(FairBudget budget, String caller, long maxBytes) {
        this.budget = budget;
        this.caller = caller;
        this.maxBytes = maxBytes;
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
        forget(responseId);
        int size = items.length();
        if (size + (previous == null ? 0 : previous.bytes) > maxBytes) {
            return;
        }
        FairBudget.Lease memory = budget.lease(caller);
        while (bytes + size > maxBytes || byId.size() >= MAX_RESPONSES || !memory.take(size)) {
            if (!forgetOldest(previous)) {
                memory.close();
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

    void forget(String responseId) {
        Conversation forgotten = byId.remove(responseId);
        if (forgotten != null) {
            release(forgotten);
        }
    }

    /** The connection has ended. */
    void close() {
        byId.values().forEach(this::release);
        byId.clear();
    }

    /** @param kept is not forgotten */
    private boolean forgetOldest(Conversation kept) {
        Iterator<Conversation> oldest = byId.values().iterator();
        while (oldest.hasNext()) {
            Conversation next = oldest.next();
            if (next != kept) {
                oldest.remove();
                release(next);
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
