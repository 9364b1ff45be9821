package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;

/**
 * Anthropic's tools that the client runs: the shell, the text editor and the memory. Requests name them by a type with
 * a date, because Claude knows their parameters. Other models get them as functions with these parameters, from
 * Anthropic's documentation and SDKs. The computer is not among them: models that were not trained for it do not know
 * its coordinates.
 */
final class ClientTools {

    private static final JsonNode BASH = schema("""
        {"type":"object","properties":{
          "command":{"type":"string","description":"The command to run. Required unless restart is true."},
          "restart":{"type":"boolean","description":"true to start the shell again instead."}}}\
        """);

    private static final JsonNode EDITOR = editor("insert_text");

    /** Before 2025-07-28. */
    private static final JsonNode OLD_EDITOR = editor("new_str");

    private static final JsonNode MEMORY = schema("""
        {"type":"object","properties":{
          "command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"]},
          "path":{"type":"string","description":"A file or directory below /memories. For all commands but rename."},
          "view_range":{"type":"array","items":{"type":"integer"},"description":"For view: the first and the last line."},
          "file_text":{"type":"string","description":"For create: the text of the file."},
          "old_str":{"type":"string","description":"For str_replace: the text to replace, which must occur once."},
          "new_str":{"type":"string","description":"For str_replace: the new text."},
          "insert_line":{"type":"integer","description":"For insert: the line after which the text is inserted; 0 for the beginning."},
          "insert_text":{"type":"string","description":"For insert: the text."},
          "old_path":{"type":"string","description":"For rename."},
          "new_path":{"type":"string","description":"For rename."}},
         "required":["command"]}\
        """);

    private ClientTools() {}

    /**
     * The function for a tool that the client runs.
     *
     * @param type such as {@code bash_20250124}
     * @return null for a tool that Anthropic runs, and for the computer
     */
    static Tool.Function function(String type, RequestValue tool) {
        if (type.startsWith("bash_2")) {
            return function(tool, "Runs a command in a shell that keeps its state between calls.", BASH);
        }
        if (type.startsWith("text_editor_2")) {
            String text = "Views, creates and edits text files.";
            return function(tool, text, type.compareTo("text_editor_20250728") < 0 ? OLD_EDITOR : EDITOR);
        }
        if (type.startsWith("memory_2")) {
            String text = "Reads and writes files in /memories, which are kept for later conversations. View the"
                    + " directory before a task.";
            return function(tool, text, MEMORY);
        }
        return null;
    }

    private static Tool.Function function(RequestValue tool, String description, JsonNode schema) {
        return new Tool.Function(tool.getText("name"), description, schema, null, AnthropicContentDecoder.cache(tool));
    }

    /** @param inserted the parameter with the text that is inserted */
    private static JsonNode editor(String inserted) {
        String text = inserted.equals("new_str") ? "" : """
            "insert_text":{"type":"string","description":"For insert: the text."},\
            """;
        return schema("""
            {"type":"object","properties":{
              "command":{"type":"string","enum":["view","create","str_replace","insert"]},
              "path":{"type":"string","description":"The file, or for view also a directory."},
              "view_range":{"type":"array","items":{"type":"integer"},"description":"For view: the first and the last line; -1 for the end of the file."},
              "file_text":{"type":"string","description":"For create: the text of the file."},
              "old_str":{"type":"string","description":"For str_replace: the text to replace, which must occur once."},
              "new_str":{"type":"string","description":"For str_replace%s: the new text."},
              %s
              "insert_line":{"type":"integer","description":"For insert: the line after which the text is inserted; 0 for the beginning."}},
             "required":["command","path"]}\
            """.formatted(text.isEmpty() ? " and insert" : "", text));
    }

    private static JsonNode schema(String json) {
        return Json.readOrNull(json);
    }
}
