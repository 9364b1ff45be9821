package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Where a text comes from.
 *
 * @param url null for a document of the conversation
 * @param title null when not given
 * @param start first character of the cited text in its part, or -1
 * @param end after its last character, or -1
 * @param protocol the wire format it came in
 * @param raw as it came, for clients of the same format
 */
public record Citation(String url, String title, int start, int end, String protocol, JsonNode raw) {}
