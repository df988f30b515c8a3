;;; Run by test_emacs.py: emacs -Q --batch -l emacs.el CLIENT ROCKSPEC CONF  -*- lexical-binding: t -*-
;; What is seen is printed as JSON.  Batch runs no hooks of commands and no idle timers: the
;; server is started, and changes are sent, by hand.

(require 'cl-lib)
(require 'json)
(require 'package)
(setq package-directory-list '("/usr/share/emacs/site-lisp/elpa")
      create-lockfiles nil
      make-backup-files nil
      lsp-session-file (expand-file-name "session" (getenv "HOME"))
      eglot-sync-connect 30
      lsp-auto-guess-root t
      lsp-enable-snippet nil
      lsp-warn-no-matched-clients nil
      lsp-restart 'ignore)
(defvar test-client (pop command-line-args-left))
(defvar test-rockspec (pop command-line-args-left))
(defvar test-conf (pop command-line-args-left))
(setq package-load-list
      (if (equal test-client "eglot") '((lsp-mode nil) all) '((eglot nil) all)))
(package-initialize)
(when (equal test-client "eglot") (require 'eglot))
(when (equal test-client "lsp-mode") (fmakunbound 'eglot-ensure) (require 'lsp-mode))
(require 'flymake)
(require 'kong-lsp)
(defvar seen nil)

(defun test-wait (what ready)
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall ready))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or found (error "Timed out: %s; %S" what (flymake-diagnostics)))))

(defun test-open (file)
  (set-buffer (find-file-noselect file))
  (if (equal test-client "eglot")
      (progn (unless (eglot-managed-p) (apply #'eglot (eglot--guess-contact)))
             (test-wait "Eglot manages the buffer" #'eglot-managed-p))
    (lsp)
    (test-wait "lsp-mode runs" (lambda () (and lsp-mode (lsp-workspaces)
                                               (eq 'initialized (lsp--workspace-status (car (lsp-workspaces)))))))))

(defun test-found ()
  "The lines and texts of all findings of the buffer."
  (if (equal test-client "eglot")
      (progn
        (flymake-start)
        (mapcar (lambda (each) (cons (line-number-at-pos (flymake-diagnostic-beg each))
                                     (flymake-diagnostic-text each)))
                (flymake-diagnostics)))
    (mapcar (lambda (each) (cons (1+ (gethash "line" (gethash "start" (gethash "range" each))))
                                 (gethash "message" each)))
            (append (gethash (lsp--fix-path-casing (buffer-file-name)) (lsp-diagnostics)) nil))))

(defun test-lines ()
  (sort (mapcar #'car (test-found)) #'<))

(defun test-fix (line text)
  "Apply the first code action at TEXT of LINE that changes it to something."
  (goto-char (point-min))
  (forward-line (1- line))
  (search-forward text)
  (if (equal test-client "eglot")
      (let ((action (cl-find-if (lambda (each) (string-prefix-p "Change to" (plist-get each :title)))
                                (eglot-code-actions (point) (point)))))
        (cl-letf (((symbol-function 'y-or-n-p) #'always))
          (eglot--apply-workspace-edit (plist-get action :edit)))
        (eglot--signal-textDocument/didChange))
    (lsp-execute-code-action
     (cl-find-if (lambda (each) (string-prefix-p "Change to" (gethash "title" each)))
                 (append (lsp-code-actions-at-point) nil)))))

(test-open test-rockspec)
(push (cons "mode" (symbol-name major-mode)) seen)
(test-wait "findings" (lambda () (>= (length (test-found)) 3)))
(push (cons "findings" (vconcat (test-lines))) seen)
(goto-char (point-min))
(search-forward "shema.lua")
(let ((line (line-number-at-pos)))
  (test-fix line "shema")
  (test-wait "the fix" (lambda () (not (memq line (test-lines)))))
  (goto-char (point-min))
  (forward-line (1- line))
  (push (cons "fixed" (buffer-substring (line-beginning-position) (line-end-position))) seen))
(set-buffer-modified-p nil)
(test-open test-conf)
(push (cons "conf" (symbol-name major-mode)) seen)
(test-wait "findings in kong.conf" #'test-found)
(push (cons "conf_findings" (vconcat (test-lines))) seen)
(princ (concat "\n" (json-encode seen) "\n"))
(if (equal test-client "eglot")
    (eglot-shutdown-all)
  (lsp-workspace-shutdown (car (lsp-workspaces))))
