package dev.sluice.protocol.spi;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;

/** A wire format of clients. Implementations are pure and stateless: no I/O, no clock, no Vert.x. */
public interface ClientProtocol {

    /** The name used in the catalog and in fixtures, for example {@code openai-chat}. */
    String name();

    /** The endpoint on which clients of this format call Sluice. */
    Surface surface();

    /**
     * Decodes a request, for a provider of another format.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST}, naming the field, when a value is not
     *     what the format requires
     */
    ChatRequest decode(ClientRequest request);

    /**
     * The request with tools and calls that only this format has, as far as they can be functions: for a provider of
     * another format.
     */
    default ChatRequest withFunctionsOnly(ChatRequest request) {
        return request;
    }

    /** Whether later requests may refer to a response or its items by id, so that ids must not repeat. */
    default boolean hasReferredIds() {
        return false;
    }

    /** The names of this format for parts of messages. */
    default MessageMembers messageMembers() {
        return MessageMembers.OF_CHAT;
    }

    /** Encodes a complete response. */
    ByteSlice encode(ChatResponse response, ChatRequest request);

    /** A new encoder of one streamed response. */
    StreamEncoder streamEncoder(ChatRequest request);

    /** The end of one stream that fails after it began. */
    FailureEvents failureEvents();
}
