Attribute VB_Name = "Logic"
Option Explicit
' What needs no Excel: words, rules, and the lines that are said to the local helper. Nothing here touches a file, a
' workbook or the network; LibreOffice runs this module in the tests.
'
' A message is lines "key TAB value LF"; in a value \ LF CR TAB are written \\ \n \r \t. A key may come more than once.

Public Function MessageLine(ByVal key As String, ByVal value As String) As String
    MessageLine = key & vbTab & Escaped(value) & vbLf
End Function

Public Function Escaped(ByVal value As String) As String
    value = Replace(value, "\", "\\")
    value = Replace(value, vbLf, "\n")
    value = Replace(value, vbCr, "\r")
    Escaped = Replace(value, vbTab, "\t")
End Function

' Also knows \uXXXX, in which Texts writes whatever is not ASCII: a module's own letters depend on the computer.
Public Function Unescaped(ByVal value As String) As String
    Dim told As String, at As Long, found As Long
    at = 1
    found = InStr(at, value, "\")
    Do While found > 0
        told = told & Mid$(value, at, found - at)
        at = found + 2
        Select Case Mid$(value, found + 1, 1)
        Case "n"
            told = told & vbLf
        Case "r"
            told = told & vbCr
        Case "t"
            told = told & vbTab
        Case "u"
            told = told & Letters(HexValue(Mid$(value, at, 4)))
            at = at + 4
        Case Else
            told = told & Mid$(value, found + 1, 1)
        End Select
        found = InStr(at, value, "\")
    Loop
    Unescaped = told & Mid$(value, at)
End Function

' The text of a code point; beyond &HFFFF it takes two units. ChrW wants the upper half of its range negative.
Private Function Letters(ByVal code As Long) As String
    If code < 32768 Then
        Letters = ChrW(code)
    ElseIf code < 65536 Then
        Letters = ChrW(code - 65536)
    Else
        Letters = ChrW(55296 + (code - 65536) \ 1024 - 65536) & ChrW(56320 + (code - 65536) Mod 1024 - 65536)
    End If
End Function

' The last "&" says Long: without it, &HFFFF would be an Integer, -1.
Private Function HexValue(ByVal digits As String) As Long
    HexValue = CLng("&H" & digits & "&")
End Function

Public Function CountOf(ByVal message As String, ByVal key As String) As Long
    Dim rows As Variant, at As Long
    rows = Split(message, vbLf)
    For at = LBound(rows) To UBound(rows)
        If Left$(rows(at), Len(key) + 1) = key & vbTab Then CountOf = CountOf + 1
    Next
End Function

' The value of a key, where it comes for the time "number" (from 1); empty where there is none.
Public Function NthOf(ByVal message As String, ByVal key As String, ByVal number As Long) As String
    Dim rows As Variant, at As Long, seen As Long, row As String
    rows = Split(message, vbLf)
    For at = LBound(rows) To UBound(rows)
        row = rows(at)
        If Left$(row, Len(key) + 1) = key & vbTab Then
            seen = seen + 1
            If seen = number Then
                If Right$(row, 1) = vbCr Then row = Left$(row, Len(row) - 1)
                NthOf = Unescaped(Mid$(row, Len(key) + 2))
                Exit Function
            End If
        End If
    Next
End Function

Public Function ValueOf(ByVal message As String, ByVal key As String) As String
    ValueOf = NthOf(message, key, 1)
End Function

' UTF-8 as pairs of hexadecimal digits; a lone half of a pair of units becomes a question mark.
Public Function ToHex(ByVal value As String) As String
    Dim at As Long, code As Long, second As Long
    at = 1
    Do While at <= Len(value)
        code = Unit(value, at)
        If code >= 55296 And code <= 57343 Then
            second = 0
            If code <= 56319 And at < Len(value) Then second = Unit(value, at + 1)
            If second >= 56320 And second <= 57343 Then
                code = 65536 + (code - 55296) * 1024 + (second - 56320)
                at = at + 1
            Else
                code = 63
            End If
        End If
        If code < 128 Then
            ToHex = ToHex & Pair(code)
        ElseIf code < 2048 Then
            ToHex = ToHex & Pair(192 + code \ 64) & Pair(128 + code Mod 64)
        ElseIf code < 65536 Then
            ToHex = ToHex & Pair(224 + code \ 4096) & Pair(128 + (code \ 64) Mod 64) & Pair(128 + code Mod 64)
        Else
            ToHex = ToHex & Pair(240 + code \ 262144) & Pair(128 + (code \ 4096) Mod 64)
            ToHex = ToHex & Pair(128 + (code \ 64) Mod 64) & Pair(128 + code Mod 64)
        End If
        at = at + 1
    Loop
End Function

Public Function FromHex(ByVal digits As String) As String
    Dim at As Long, code As Long, more As Long
    at = 1
    Do While at < Len(digits)
        code = HexValue(Mid$(digits, at, 2))
        more = 0
        If code >= 240 Then
            more = 3
            code = code Mod 8
        ElseIf code >= 224 Then
            more = 2
            code = code Mod 16
        ElseIf code >= 192 Then
            more = 1
            code = code Mod 32
        End If
        at = at + 2
        Do While more > 0
            code = code * 64 + HexValue(Mid$(digits, at, 2)) Mod 64
            at = at + 2
            more = more - 1
        Loop
        FromHex = FromHex & Letters(code)
    Loop
End Function

Private Function Unit(ByVal value As String, ByVal at As Long) As Long
    Unit = AscW(Mid$(value, at, 1))
    If Unit < 0 Then Unit = Unit + 65536
End Function

Private Function Pair(ByVal value As Long) As String
    Pair = Right$("0" & Hex$(value), 2)
End Function

' A template's stamp is measure/year/version/language, as a defined name holds it: ="pas/2025/1.0.0/fr".
Public Function IsTemplate(ByVal stamp As String) As Boolean
    Dim parts As Variant
    parts = Split(Bare(stamp), "/")
    If UBound(parts) = 3 Then IsTemplate = IsNumeric(parts(1))
End Function

Private Function Bare(ByVal stamp As String) As String
    Bare = Replace(Replace(stamp, "=", ""), """", "")
End Function

' The user's own choice comes first, then the template's language, then that of Office (a number, as Microsoft gives them).
Public Function LanguageOf(ByVal chosen As String, ByVal stamp As String, ByVal office As Long) As String
    LanguageOf = chosen
    If Not IsLanguage(LanguageOf) And IsTemplate(stamp) Then LanguageOf = Right$(Bare(stamp), 2)
    If IsLanguage(LanguageOf) Then Exit Function
    Select Case office Mod 1024
    Case 12
        LanguageOf = "fr"
    Case 19
        LanguageOf = "nl"
    Case 7
        LanguageOf = "de"
    Case Else
        LanguageOf = "en"
    End Select
End Function

Private Function IsLanguage(ByVal value As String) As Boolean
    IsLanguage = IsWordOf(value, Plain("languages"))
End Function

Private Function IsWordOf(ByVal value As String, ByVal words As String) As Boolean
    IsWordOf = value <> "" And InStr(1, " " & words & " ", " " & value & " ") > 0
End Function

' The user's settings are TOML; a line lang = "nl" above the first table says which language is chosen.
Public Function ChosenIn(ByVal settings As String) As String
    Dim rows As Variant, at As Long, row As String
    rows = Split(Replace(settings, vbCr, ""), vbLf)
    For at = LBound(rows) To UBound(rows)
        row = Replace(rows(at), " ", "")
        If Left$(row, 1) = "[" Then Exit Function
        If Left$(row, 6) = "lang=""" Then
            ChosenIn = Mid$(row, 7, 2)
            Exit Function
        End If
    Next
End Function

Public Function IsEnabled(ByVal action As String, ByVal stamp As String) As Boolean
    IsEnabled = IsTemplate(stamp) Or IsWordOf(action, Plain("anywhere"))
End Function

' What depends on no language.
Public Function Plain(ByVal key As String) As String
    Plain = Unescaped(Raw("", key))
End Function

Public Function TextOf(ByVal lang As String, ByVal key As String) As String
    TextOf = Unescaped(Raw(lang, key))
End Function

Private Function Filled(ByVal value As String, ByVal name As String, ByVal told As String) As String
    Filled = Replace(value, "{" & name & "}", told)
End Function

Public Function Working(ByVal lang As String, ByVal action As String) As String
    Working = Filled(TextOf(lang, "excel.working"), "action", TextOf(lang, "action." & action & ".label"))
End Function

' Why nothing was done, and what can be done all the same.
Public Function Sentence(ByVal lang As String, ByVal key As String, ByVal detail As String) As String
    Sentence = TextOf(lang, "excel." & key) & vbLf & vbLf & TextOf(lang, "excel." & key & "_todo")
    Sentence = Filled(Sentence, "otherwise", TextOf(lang, "excel.otherwise"))
    Sentence = Filled(Filled(Sentence, "status", detail), "problem", detail)
End Function

' What a finished action told, as a window shows it, which has room for about 1024 letters.
Public Function ToldBy(ByVal message As String) As String
    Dim at As Long, one As String, more As String
    ToldBy = ValueOf(message, "first")
    If ValueOf(message, "second") <> "" Then ToldBy = ToldBy & vbLf & ValueOf(message, "second")
    For at = 1 To CountOf(message, "more")
        one = NthOf(message, "more", at)
        If InStr(1, ToldBy, one) = 0 Then
            If Len(ToldBy) + Len(more) + Len(one) > 960 Then
                more = more & vbLf & ChrW(8230)
                Exit For
            End If
            more = more & vbLf & one
        End If
    Next
    If more <> "" Then ToldBy = ToldBy & vbLf & more
    ToldBy = Left$(ToldBy, 1020)
End Function

' A question with what may be chosen, each with the number to type.
Public Function Numbered(ByVal message As String, ByVal lang As String) As String
    Dim at As Long, one As String
    Numbered = ValueOf(message, "prompt") & vbLf
    For at = 1 To CountOf(message, "choice")
        one = NthOf(message, "choice", at)
        Numbered = Numbered & vbLf & at & "   " & Mid$(one, InStr(1, one, "=") + 1)
    Next
    Numbered = Left$(Numbered & vbLf & vbLf & TextOf(lang, "excel.number"), 1020)
End Function

' The value behind a typed number; empty where it is none of them.
Public Function ChosenOf(ByVal message As String, ByVal typed As String) As String
    Dim one As String
    typed = Trim$(typed)
    If Not (typed Like "#" Or typed Like "##") Then Exit Function
    one = NthOf(message, "choice", CLng(typed))
    If one <> "" Then ChosenOf = Left$(one, InStr(1, one, "=") - 1)
End Function

' The filter of a window that opens or saves a file.
Public Function FilterOf(ByVal message As String, ByVal lang As String) As String
    Dim at As Long, patterns As String
    For at = 1 To CountOf(message, "suffix")
        If at > 1 Then patterns = patterns & ";"
        patterns = patterns & "*" & NthOf(message, "suffix", at)
    Next
    FilterOf = TextOf(lang, "excel.files") & " (" & Replace(patterns, ";", " ") & ")," & patterns
End Function

' For xlwings' RunPython: hexadecimal digits alone, so that nothing that a workbook is called can end the text.
Public Function PythonCall(ByVal request As String) As String
    PythonCall = "from addin import once; once.run('" & ToHex(request) & "')"
End Function
