package dev.sluice.model.chat;

import java.util.List;
import java.util.Map;

/**
 * A request for the next turn of a conversation.
 *
 * @param model as the client named it
 * @param messages in their order, system turns among them
 * @param tools what the model may call
 * @param toolChoice null when the client did not say
 * @param format null when the client did not say: plain text
 * @param reasoning null when the client said nothing about it
 * @param params every other top-level parameter that was not null, by its canonical name (see {@link ChatParameter}),
 *     in the client's order. An encoder takes those it can express; what is left over gets a receipt
 * @param stream whether the client wants events
 * @param wantsUsage whether the client's stream shall end with its usage, where its format leaves that to the client
 * @param oldFunctions whether the client speaks OpenAI's older {@code functions}: its answer carries one
 *     {@code function_call} in place of {@code tool_calls}
 */
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        List<Tool> tools,
        ToolChoice toolChoice,
        ResponseFormat format,
        ReasoningOptions reasoning,
        Map<String, ChatParameter> params,
        boolean stream,
        boolean wantsUsage,
        boolean oldFunctions) {

    /** A request of a client that speaks of tools as everybody does now. */
    public ChatRequest(
            String model,
            List<ChatMessage> turns,
            List<Tool> tools,
            ToolChoice toolChoice,
            ResponseFormat format,
            ReasoningOptions reasoning,
            Map<String, ChatParameter> params,
            boolean stream,
            boolean wantsUsage) {
        this(model, turns, tools, toolChoice, format, reasoning, params, stream, wantsUsage, false);
    }

    /** Never a word of the prompt. */
    @Override
    public String toString() {
        return model + " " + messages.size() + " turns, " + tools.size() + " tools";
    }
}
