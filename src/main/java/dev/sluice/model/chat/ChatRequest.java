package dev.sluice.model.chat;

import java.util.List;
import java.util.Map;

/**
 * A request for the next message of a conversation.
 *
 * @param model as the client named it
 * @param messages in order, including system messages
 * @param tools the tools that the model may call
 * @param toolChoice null when not given
 * @param format null when not given: plain text
 * @param reasoning null when not given
 * @param params every other top-level parameter that was not null, by its canonical name (see {@link ChatParameter}),
 *     in the client's order. An encoder takes those it can express; the rest is reported as dropped
 * @param stream whether the client asked for a stream
 * @param wantsUsage whether a streamed response reports usage, in formats where the client chooses
 * @param instructions those that the client gave beside the messages and that its format's response repeats; they are
 *     also the first of the messages. Null when not given
 * @param legacyFunctions whether the client uses OpenAI's older {@code functions}: its response carries one
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
        boolean legacyFunctions,
        String instructions) {

    /** A request of a client that uses {@code tools}, not {@code functions}. */
    public ChatRequest(
            String model,
            List<ChatMessage> messages,
            List<Tool> tools,
            ToolChoice toolChoice,
            ResponseFormat format,
            ReasoningOptions reasoning,
            Map<String, ChatParameter> params,
            boolean stream,
            boolean wantsUsage) {
        this(model, messages, tools, toolChoice, format, reasoning, params, stream, wantsUsage, false, null);
    }

    /** The request with other messages and tools. */
    public ChatRequest with(List<ChatMessage> otherMessages, List<Tool> otherTools, ToolChoice otherChoice) {
        return new ChatRequest(
                model,
                otherMessages,
                otherTools,
                otherChoice,
                format,
                reasoning,
                params,
                stream,
                wantsUsage,
                legacyFunctions,
                instructions);
    }

    /**
     * The declaration of the tool that a response calls, or null for a plain function and for an unknown tool. Models
     * sometimes leave the namespace out: a name that only one tool of all namespaces has is enough.
     */
    public Tool.Declaration declaration(String called) {
        Tool.Declaration only = null;
        boolean unique = true;
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function) {
                Tool.Declaration declared = function.declaration();
                if (function.name().equals(called)) {
                    return declared;
                }
                if (declared != null && declared.name().equals(called)) {
                    unique = only == null;
                    only = declared;
                }
            }
        }
        return unique ? only : null;
    }

    /** Without the prompt, which must not be logged. */
    @Override
    public String toString() {
        return model + " " + messages.size() + " messages, " + tools.size() + " tools";
    }
}
