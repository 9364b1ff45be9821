package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The source of a text.
 *
 * @param url null for a document of the conversation
 * @param title null when not given
 * @param start first character of the cited text in its part, or -1
 * @param end after its last character, or -1
 * @param protocol name of the wire format it was read from
 * @param raw the original JSON, for clients of the same format
 */
public record Citation(String url, String title, int start, int end, String protocol, JsonNode raw) {}
