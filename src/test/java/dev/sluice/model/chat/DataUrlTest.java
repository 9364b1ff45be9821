package dev.sluice.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.chat.ContentPart.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data URLs in the spellings that clients use (NousResearch/hermes-agent#55432, vllm-project/vllm#48973). */
class DataUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data:image/jpg;base64,/9j/4AAQ | image/jpeg | /9j/4AAQ",
                "data:image/png;charset=utf-8;base64,iVBORw0KGgo= | image/png | iVBORw0KGgo=",
                "DATA:IMAGE/PNG;BASE64,iVBORw0KGgo= | image/png | iVBORw0KGgo=",
                "data:image/png ; base64,iVBORw0KGgo | image/png | iVBORw0KGgo=",
                "data:image/png;base64,iVBORw0KGgo%3D | image/png | iVBORw0KGgo=",
                "data:image/webp;base64,-_-_ | image/webp | +/+/",
                "data:image/jpeg;base64,iVBORw0KGgoA | image/png | iVBORw0KGgoA",
                "data:;base64,JVBERi0= | application/pdf | JVBERi0=",
                "data:;base64,aGk= | text/plain | aGk=",
                "data:application/pdf;name=a.pdf;base64,JVBERi0= | application/pdf | JVBERi0=",
                "data:text/csv,a%2Cb | text/csv | YSxi",
                "data:text/plain;charset=utf-8,100% | text/plain | MTAwJQ=="
            })
    void everySpellingIsRead(String url, String mediaType, String data) {
        assertThat(Source.ofUrl(url)).isEqualTo(new Source(mediaType, data, null, null));
    }

    @Test
    void whiteSpaceIsRemoved() {
        assertThat(Source.ofUrl("\n data:image/gif;base64,R0lG\r\nODlh\n").data())
                .isEqualTo("R0lGODlh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:image/png;base64",
                "data:image/png;base64,%ZZ",
                "data:image/png;base64,a*b=",
                "data:x;base64,abcde"
            })
    void unreadableDataIsKeptAsItIs(String url) {
        assertThat(Source.ofUrl(url)).isEqualTo(new Source(null, null, url, null));
        assertThat(Source.isDataUrl(url)).isTrue();
    }

    @Test
    void otherUrlsAreKept() {
        assertThat(Source.ofUrl("https://a/b,c").url()).isEqualTo("https://a/b,c");
        assertThat(Source.isDataUrl("https://a/data:b")).isFalse();
    }
}
