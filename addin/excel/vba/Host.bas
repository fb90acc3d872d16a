Attribute VB_Name = "Host"
Option Explicit
' What needs Excel: the ribbon's callbacks, what the user sees, and the ways to Python. It decides nothing about a report.
'
' 1. The local helper, which the user's logon starts: HTTP on this computer alone, with a token that only this user can
'    read. This add-in starts no program, so it works where Office may not start any.
' 2. RunPython of the add-in xlwings, where that is loaded; on a Mac the only one.
' 3. A sentence that says what else can be done.

Private Const NOBODY As Long = 0
Private Const LOST As Long = -1
Private Const CANNOT_CONNECT As Long = 12029

Private ribbon As IRibbonUI
Private shown As String
Private chosen As String
Private status As Long
Private running As Boolean
Private cancelled As Boolean
Private noted As Boolean

' ---- The ribbon. Their names are this add-in's own: Excel looks a callback up in every open workbook.

Public Sub RapportUniqueLoad(ui As IRibbonUI)
    On Error Resume Next
    Set ribbon = ui
    ReadSettings
    shown = Language() & Stamp()
    ThisWorkbook.Watch
End Sub

Public Sub RapportUniqueLabel(control As IRibbonControl, ByRef told As Variant)
    told = Logic.TextOf(Language(), control.Tag & ".label")
End Sub

Public Sub RapportUniqueTip(control As IRibbonControl, ByRef told As Variant)
    told = Logic.TextOf(Language(), control.Tag & ".tip")
End Sub

Public Sub RapportUniqueKeytip(control As IRibbonControl, ByRef told As Variant)
    told = Logic.TextOf(Language(), control.Tag & ".keytip")
End Sub

Public Sub RapportUniqueEnabled(control As IRibbonControl, ByRef told As Variant)
    told = Logic.IsEnabled(ActionOf(control), Stamp())
End Sub

Public Sub RapportUniqueAction(control As IRibbonControl)
    Dim action As String, problem As String
    action = ActionOf(control)
    ' A second click while the first one works, or on a button that was enabled for another workbook.
    If running Or Not Logic.IsEnabled(action, Stamp()) Then
        RefreshRibbon
        Exit Sub
    End If
    running = True
    cancelled = False
    noted = False
    On Error Resume Next
    Application.EnableCancelKey = xlDisabled
    Perform action
    If Err.Number <> 0 Then problem = Err.Number & " " & Err.Description
    Err.Clear
    Application.EnableCancelKey = xlInterrupt
    ' A helper that ends in the middle leaves the screen as it stood.
    Application.ScreenUpdating = True
    If Not noted Then Application.StatusBar = False
    running = False
    If problem <> "" Then Refuse "problem", problem
    ReadSettings
    RefreshRibbon
End Sub

' Have the buttons asked anew, if what they depend on has changed.
Private Sub RefreshRibbon()
    Dim now As String
    On Error Resume Next
    now = Language() & Stamp()
    If now <> shown And Not ribbon Is Nothing Then ribbon.Invalidate
    shown = now
End Sub

Public Sub AnotherWorkbook()
    On Error Resume Next
    If noted Then Application.StatusBar = False
    noted = False
    RefreshRibbon
End Sub

Private Function ActionOf(control As IRibbonControl) As String
    ActionOf = Mid$(control.Tag, Len("action.") + 1)
End Function

' ---- One action.

Private Sub Perform(ByVal action As String)
    Dim request As String, answer As String, told As String
    If Logic.IsTemplate(Stamp()) Then LetTheProgramIn
    request = RequestFor(action)
    Application.StatusBar = Logic.Working(Language(), action)
    told = Send("POST", "/run", request)
    If status = NOBODY Then
        PerformByPython action, request
        Exit Sub
    End If
    Do
        Select Case StateOf(told)
        Case "ask"
            answer = Ask(told)
            If answer = "" Then Exit Sub
            request = request & Logic.MessageLine("answer." & Logic.ValueOf(told, "name"), answer)
            told = Send("POST", "/run", request)
        Case "running"
            told = Follow(Logic.ValueOf(told, "job"))
        Case "done"
            Show told
            Exit Sub
        Case Else
            Exit Sub
        End Select
    Loop
End Sub

' The sheets are protected against slips of the hand; the program may fill them until the workbook is closed. What the
' user may do stays as it is. A sheet that somebody has given a password stays shut.
Private Sub LetTheProgramIn()
    Dim page As Worksheet
    On Error Resume Next
    For Each page In ActiveWorkbook.Worksheets
        If page.ProtectContents Then
            page.Protect UserInterfaceOnly:=True, Contents:=True, _
                DrawingObjects:=page.ProtectDrawingObjects, _
                Scenarios:=page.ProtectScenarios, _
                AllowFormattingCells:=page.Protection.AllowFormattingCells, _
                AllowFormattingColumns:=page.Protection.AllowFormattingColumns, _
                AllowFormattingRows:=page.Protection.AllowFormattingRows, _
                AllowInsertingColumns:=page.Protection.AllowInsertingColumns, _
                AllowInsertingRows:=page.Protection.AllowInsertingRows, _
                AllowInsertingHyperlinks:=page.Protection.AllowInsertingHyperlinks, _
                AllowDeletingColumns:=page.Protection.AllowDeletingColumns, _
                AllowDeletingRows:=page.Protection.AllowDeletingRows, _
                AllowSorting:=page.Protection.AllowSorting, _
                AllowFiltering:=page.Protection.AllowFiltering, _
                AllowUsingPivotTables:=page.Protection.AllowUsingPivotTables
        End If
    Next
End Sub

Private Function RequestFor(ByVal action As String) As String
    Dim window As String, book As String, path As String
    If Not ActiveWorkbook Is Nothing Then
        book = ActiveWorkbook.Name
        path = ActiveWorkbook.FullName
    End If
#If Not Mac Then
    window = CStr(Application.Hwnd)
#End If
    RequestFor = Logic.MessageLine("action", action) & Logic.MessageLine("host", "excel")
    RequestFor = RequestFor & Logic.MessageLine("window", window)
    RequestFor = RequestFor & Logic.MessageLine("book", book) & Logic.MessageLine("path", path)
    RequestFor = RequestFor & Logic.MessageLine("lang", Language())
End Function

' The state of an answer; where it is none, the user has been told why and it is empty.
Private Function StateOf(ByVal told As String) As String
    Select Case status
    Case 200
        StateOf = Logic.ValueOf(told, "state")
    Case 409
        Refuse "busy", ""
    Case NOBODY, LOST
        Refuse "lost", ""
    Case Else
        Refuse "refused", CStr(status)
    End Select
End Function

' Wait for a job. Excel answers the helper between two questions; Esc asks the helper to stop.
Private Function Follow(ByVal job As String) As String
    Dim failed As Long
    Do
        Pause
        If cancelled Then
            cancelled = False
            Application.StatusBar = Logic.TextOf(Language(), "excel.stopping")
            Send "POST", "/jobs/" & job & "/cancel", ""
        End If
        Follow = Send("GET", "/jobs/" & job, "")
        If status <= NOBODY And failed < 20 Then
            failed = failed + 1
        ElseIf status <> 200 Or Logic.ValueOf(Follow, "state") <> "running" Then
            Exit Function
        ElseIf Logic.ValueOf(Follow, "progress") <> "" Then
            failed = 0
            Application.StatusBar = Logic.ValueOf(Follow, "progress")
        End If
    Loop
End Function

' A tenth of a second in which Excel goes on living. Esc is an error here, and nothing anywhere else.
Private Sub Pause()
    Dim started As Single
    On Error Resume Next
    Application.EnableCancelKey = xlErrorHandler
    started = Timer
    Do
        DoEvents
        If Err.Number = 18 Then cancelled = True
        Err.Clear
    Loop While Abs(Timer - started) < 0.1
    Application.EnableCancelKey = xlDisabled
End Sub

' ---- What the user sees.

Private Sub Show(ByVal told As String)
    Dim title As String
    title = Logic.ValueOf(told, "title")
    If Logic.ValueOf(told, "code") <> "" Then title = title & "  " & Logic.ValueOf(told, "code")
    Select Case Logic.ValueOf(told, "tone")
    Case "quiet"
        ' In passing: a line that stays until the next action, or until another workbook comes to the front.
        Application.StatusBar = Left$(Replace(Logic.ToldBy(told), vbLf, "  "), 255)
        noted = True
    Case "refused"
        MsgBox Logic.ToldBy(told), vbExclamation, title
    Case Else
        MsgBox Logic.ToldBy(told), vbInformation, title
    End Select
End Sub

Private Sub Refuse(ByVal key As String, ByVal detail As String)
    MsgBox Logic.Sentence(Language(), key, detail), vbExclamation, Logic.TextOf(Language(), "title")
End Sub

' Ask the user; empty where they do not answer.
Private Function Ask(ByVal told As String) As String
    Dim answer As Variant, title As String, prompt As String
    title = Logic.ValueOf(told, "title")
    prompt = Logic.ValueOf(told, "prompt")
    Select Case Logic.ValueOf(told, "kind")
    Case "text"
        answer = InputBox(Left$(prompt, 1020), title)
    Case "choice"
        answer = InputBox(Logic.Numbered(told, Language()), title)
        If answer <> "" Then
            answer = Logic.ChosenOf(told, answer)
            If answer = "" Then answer = Ask(told)
        End If
    Case "open"
#If Mac Then
        answer = Application.GetOpenFilename(Title:=prompt)
#Else
        answer = Application.GetOpenFilename(Logic.FilterOf(told, Language()), , prompt)
#End If
    Case "save"
#If Mac Then
        answer = Application.GetSaveAsFilename(Title:=prompt)
#Else
        answer = Application.GetSaveAsFilename(, Logic.FilterOf(told, Language()), , prompt)
#End If
    End Select
    ' A window of files that is cancelled says False.
    If VarType(answer) = vbString Then Ask = answer
End Function

' ---- The local helper.

' One exchange. It fills status: NOBODY where nothing listens, LOST where the exchange broke off.
Private Function Send(ByVal method As String, ByVal path As String, ByVal message As String) As String
    status = NOBODY
#If Not Mac Then
    Dim address As String, exchange As Object
    On Error Resume Next
    address = FileText(Logic.Plain("helper"))
    If Logic.ValueOf(address, "port") = "" Then Exit Function
    Set exchange = CreateObject("WinHttp.WinHttpRequest.5.1")
    ' No proxy: it is this computer. Milliseconds to resolve, connect, send and receive.
    exchange.SetProxy 1
    exchange.SetTimeouts 500, 1000, 5000, 10000
    exchange.Open method, "http://127.0.0.1:" & Logic.ValueOf(address, "port") & path, False
    exchange.SetRequestHeader "Authorization", "Bearer " & Logic.ValueOf(address, "token")
    exchange.SetRequestHeader "Content-Type", "text/plain; charset=utf-8"
    If message = "" Then
        exchange.Send
    Else
        exchange.Send Bytes(Logic.ToHex(message))
    End If
    If Err.Number = 0 Then
        Send = Logic.FromHex(Digits(exchange.ResponseBody))
        status = exchange.Status
    ElseIf (Err.Number And 65535) <> CANNOT_CONNECT Then
        ' The request may have arrived: it must not be sent another way.
        status = LOST
    End If
    Err.Clear
#End If
End Function

' Not a string: what a string becomes on its way depends on the computer.
Private Function Bytes(ByVal digits As String) As Byte()
    Dim at As Long, told() As Byte
    ReDim told(0 To Len(digits) \ 2 - 1)
    For at = 0 To UBound(told)
        told(at) = CByte("&H" & Mid$(digits, 2 * at + 1, 2))
    Next
    Bytes = told
End Function

Private Function Digits(ByVal body As Variant) As String
    Dim at As Long
    If Not IsArray(body) Then Exit Function
    For at = LBound(body) To UBound(body)
        Digits = Digits & Right$("0" & Hex$(body(at)), 2)
    Next
End Function

' A file of the user's own folder; empty where there is none. On a Mac Excel would ask for leave to read there.
Private Function FileText(ByVal name As String) As String
#If Not Mac Then
    Dim folder As String, number As Integer, row As String
    On Error Resume Next
    folder = Environ$(Logic.Plain("home"))
    If folder = "" Then folder = Environ$("LOCALAPPDATA") & "\" & Logic.Plain("folder")
    If Dir$(folder & "\" & name) = "" Then Exit Function
    number = FreeFile
    Open folder & "\" & name For Input Access Read Shared As #number
    If Err.Number <> 0 Then Exit Function
    Do Until EOF(number)
        Line Input #number, row
        FileText = FileText & row & vbLf
    Loop
    Close #number
#End If
End Function

' ---- Without the helper.

Private Sub PerformByPython(ByVal action As String, ByVal request As String)
    Dim addin As Workbook, number As Long, told As String, answer As String
    On Error Resume Next
    Set addin = Workbooks("xlwings.xlam")
    On Error GoTo 0
    If addin Is Nothing Then
        Refuse WhyNot(), ""
        Exit Sub
    End If
    For number = 1 To CLng(Logic.Plain("asks." & action))
        told = Logic.TextOf(Language(), "asks." & action & "." & number)
        answer = Ask(told)
        If answer = "" Then Exit Sub
        request = request & Logic.MessageLine("answer." & Logic.ValueOf(told, "name"), answer)
    Next
    ' What is to be told is told by Python: on a Mac this returns at once.
    Application.Run "'xlwings.xlam'!RunPython", Logic.PythonCall(request)
End Sub

Private Function WhyNot() As String
#If Mac Then
    WhyNot = "mac"
#Else
    WhyNot = IIf(FileText(Logic.Plain("helper")) = "", "absent", "silent")
#End If
End Function

' ---- What the buttons depend on.

' The defined name that makes a workbook one of our templates; empty in any other, and without one.
Private Function Stamp() As String
    On Error Resume Next
    Stamp = ActiveWorkbook.Names(Logic.Plain("identity")).RefersTo
End Function

Private Function Language() As String
    Dim office As Long
    On Error Resume Next
    office = Application.LanguageSettings.LanguageID(2)
    Language = Logic.LanguageOf(chosen, Stamp(), office)
End Function

Private Sub ReadSettings()
    chosen = Logic.ChosenIn(FileText(Logic.Plain("settings")))
End Sub
